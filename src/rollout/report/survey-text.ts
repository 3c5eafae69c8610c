import type { Denial } from '../access.js';
import type { Choice, NamedVersion, Survey, TriedUrl } from '../decide/survey.js';
import { asBlock, asCode, asSentence, inMarkdown, oneLine, quoted } from '../escape.js';
import { sensitivityLines } from '../judge/sensitivity-text.js';
import type { Answer, Environment, Live, Plan, Wish } from '../model.js';
import type { Result } from '../result.js';
import { ageText, createdAt } from '../version-text.js';
import { describeLive } from './log-lines.js';
import { list, row } from './markdown.js';

/** What a dry run shows beside its plan, as lines of the log and as Markdown. */

type Place = Pick<Wish, 'routine'>;

export function surveyLines(survey: Survey, { routine }: Place): readonly string[] {
  const { access, served, choice, now } = survey;
  const proved = [...provedLines(survey), ...access.denied.map(denialText), ...openLines(survey)];
  const isAnyProved = access.allowed.length + access.denied.length > 0;
  return [
    ...(isAnyProved ? ['What this dry run has proved:', ...indented(proved.map(withoutTicks))] : []),
    ...served.map(({ env, live }) => `Live in ${env}: ${live.ok ? describeLive(live.value) : unclear(live.error)}`),
    ...(choice === undefined ? [] : choiceLines(choice, routine, now)),
    ...(survey.tried.length === 0
      ? []
      : ['Each URL of the gate, asked once:', ...indented(survey.tried.map(triedLine))]),
  ].map((line) => oneLine(line, LONGEST_LIST));
}

const withoutTicks = (line: string) => line.replaceAll('`', '');

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

/** What is to be copied stands between backticks, as in all of these sentences. */
function provedLines({ credentials, access: { allowed, denied } }: Survey): readonly string[] {
  if (allowed.length + denied.length === 0) return [];
  return [`Accepted credentials: ${credentials}`, ...(allowed.length === 0 ? [] : [`Allowed: ${ticked(allowed)}`])];
}

function denialText({ action, code, requestId }: Denial): string {
  const id = requestId === '' ? '' : `, RequestId ${requestId}`;
  return `Denied: \`${action}\` (${code}${id}): a real run needs it, on resource \`*\``;
}

function openLines({ access: { untried } }: Survey): readonly string[] {
  return untried.length === 0 ? [] : [`Only a real run can prove: ${ticked(untried)}`];
}

function ticked(actions: readonly string[]): string {
  return actions.map((action) => `\`${action}\``).join(', ');
}

function unclear(why: string): string {
  return `it cannot be told: ${why}`;
}

function choiceLines(choice: Answer<Choice>, routine: string, now: number): readonly string[] {
  if (!choice.ok) return [unlisted(choice.error.code)];
  const { newest } = choice.value;
  if (newest.length === 0) return [`${quoted(routine)} has no version yet.`];
  const words = newest.map((one) => one.words.join(', '));
  const [wide, wider] = [newest.map(({ version }) => version), words].map((texts) =>
    Math.max(...texts.map((text) => text.length)),
  );
  const rows = newest.map((one, index) => {
    const columns = [one.version.padEnd(wide ?? 0), (words[index] ?? '').padEnd(wider ?? 0), ...seenOf(one, now)];
    return columns.join('  ').trimEnd();
  });
  const others = othersText(choice.value);
  return [
    `Versions of ${quoted(routine)}, newest first, each with the words that name it:`,
    ...indented([...rows, ...(others === undefined ? [] : [others])]),
  ];
}

function unlisted(code: string): string {
  return `The versions could not be listed: ${code}.`;
}

function seenOf(one: NamedVersion, now: number): readonly string[] {
  const { description, status, boundTo } = one;
  const created = createdAt(one);
  const age = created === undefined ? 'of unknown age' : ageText(now - created);
  const bound = boundTo === undefined ? '' : `, bound to ${boundTo}`;
  return [age, `${status ?? 'status not told'}${bound}`, description === undefined ? '' : quoted(description)];
}

function othersText({ others, complete }: Choice): string | undefined {
  if (complete) return others === 0 ? undefined : `and ${others} older`;
  return `and ${others === 0 ? 'more' : `${others} older, and more`} than the service lists`;
}

/** Headings start at h4: the headline of a run is an h3. */
export function surveySections(survey: Survey, plan: Plan): readonly string[] {
  const { served, choice, access } = survey;
  return [
    ...proofSection(survey, access.denied),
    ...(served.length === 0 ? [] : ['#### Live', liveTable(served)]),
    ...(choice === undefined ? [] : choiceSection(choice, plan.wish)),
  ];
}

function proofSection(survey: Survey, denied: readonly Denial[]): readonly string[] {
  const proved = provedLines(survey);
  if (proved.length === 0) return [];
  const marked = [
    ...proved.map((line) => `✅ ${asSentence(line)}`),
    ...denied.map((one) => `⚠️ ${asSentence(denialText(one))}`),
    ...openLines(survey).map((line) => `❔ ${asSentence(line, LONGEST_LIST)}`),
  ];
  const policy =
    denied.length === 0 ? [] : ['The policy that it takes for ESA, whole:', asBlock(policyOf(survey), 'json')];
  return ['#### Access', list(marked), ...policy];
}

/** Of all that a real run needs of ESA, which takes no narrower resource; Log Service has a statement of its own. */
function policyOf({ access: { needed } }: Survey): string {
  const Action = needed.filter((action) => action.startsWith('esa:')).toSorted();
  return JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }, undefined, 2);
}

/** All that an upload needs is longer than another line. In characters. */
const LONGEST_LIST = 1_000;

function liveTable(served: Survey['served']): string {
  const rows = served.flatMap(({ env, live }) => liveRows(env, live));
  return [
    '| environment | weight | version | description | DeploymentId |',
    '| :-- | --: | :-- | :-- | :-- |',
    ...rows,
  ].join('\n');
}

function liveRows(env: Environment, live: Result<Live, string>): readonly string[] {
  if (!live.ok) return [row([env, '', inMarkdown(unclear(live.error)), '', ''])];
  if (live.value.kind === 'nothing') return [row([env, '', 'nothing', '', ''])];
  const { split, details, deploymentId } = live.value;
  return split.map(({ version, weight }) => {
    const description = details.find((one) => one.version === version)?.description ?? '';
    return row([env, `${weight} %`, asCode(version, 40), inMarkdown(description, 120), asCode(deploymentId)]);
  });
}

function choiceSection(choice: Answer<Choice>, { routine }: Place): readonly string[] {
  const title = '#### Versions to choose from';
  if (!choice.ok) return [title, `⚠️ ${asSentence(unlisted(choice.error.code))}`];
  const { newest } = choice.value;
  if (newest.length === 0) return [title, `${inMarkdown(routine)} has no version yet.`];
  const header =
    '| version | words for it | description | created | status | bound to |\n| :-- | :-- | :-- | :-- | :-- | :-- |';
  const rows = newest.map(({ version, words, description = '', createdAt: told = '', status = '', boundTo = '' }) =>
    row([
      asCode(version, 40),
      words.map((word) => asCode(word)).join(', '),
      inMarkdown(description, 120),
      inMarkdown(told, 40),
      inMarkdown(status, 40),
      inMarkdown(boundTo, 40),
    ]),
  );
  const others = othersText(choice.value);
  return [title, [header, ...rows].join('\n'), ...(others === undefined ? [] : [`… ${others}.`])];
}

/** Whichever version answered, a header that is missing is missing in one that is live. */
const NO_HEADER = 'leave `gate-version-header` out until the version that is live sets it';

function triedLine({ url, seen, mark }: TriedUrl): string {
  if (mark === undefined) return `${url}: ${seen}`;
  const { header, value } = mark;
  return `${url}: ${seen}, ${value === undefined ? `without ${header}: ${withoutTicks(NO_HEADER)}` : `${header}: ${quoted(value)}`}`;
}

function triedSection(tried: readonly TriedUrl[]): readonly string[] {
  if (tried.length === 0) return [];
  const marked = tried.map(({ url, isHealthy, seen, mark }) => {
    const isWell = isHealthy && (mark === undefined || mark.value !== undefined);
    return `${isWell ? '✅' : '⚠️'} ${asCode(url, 500)}: ${inMarkdown(seen, 200)}${markedAs(mark)}`;
  });
  return ['Each URL, asked once:', list(marked)];
}

function markedAs(mark: TriedUrl['mark']): string {
  if (mark === undefined) return '';
  const { header, value } = mark;
  return value === undefined
    ? `, without ${asCode(header)}: ${asSentence(NO_HEADER)}`
    : `, ${asCode(header)}: ${asCode(value, 100)}`;
}

/** Of a rollout with a gate. */
export function catchSection(plan: Plan, { tried }: Pick<Survey, 'tried'>): readonly string[] {
  if (plan.kind !== 'rollout' || plan.rollout.gate === undefined) return [];
  const lines = sensitivityLines(plan.rollout.gate, plan.todo);
  if (lines.length + tried.length === 0) return [];
  return ['#### What the gate would catch', list(lines.map((line) => asSentence(line))), ...triedSection(tried)];
}
