import { formOf, keyOf, listOf, memberOf, textOf } from '../answers.js';
import { isBusy, type Said } from '../api.js';
import type { Bench, Check } from '../bench.js';
import { type Finding, strange, told, unknown } from '../finding.js';
import { watch } from '../live.js';

/** Checks that are made only where they are asked for. */

/** Version b is published while both are live. */
export const publish: Check = {
  title: 'What PublishRoutineCodeVersion does to CodeDeploy',
  facts: ['publish'],
  writes: true,
  cost: { writes: 2, reads: 12, probes: 0 },
  leftOut: ({ publish: asked }) => (asked ? undefined : 'only with --publish'),
  run: async (bench) => [await published(bench)],
};

async function published({ target, deploy, keepTried, settle, saved, known, a, b }: Bench): Promise<Finding> {
  const fact = 'publish';
  const split = [
    { version: a, weight: 60 },
    { version: b, weight: 40 },
  ];
  const before = (await deploy(split)).kind === 'answer' ? await settle(split) : undefined;
  if (before === undefined) return unknown(fact, 'the split before it was not accepted, or did not show');
  keepTried([{ version: b, weight: 100 }]);
  const { api, routine, env } = target;
  const said = await api.ask('PublishRoutineCodeVersion', { body: { Name: routine, Env: env, CodeVersion: b } });
  if (said.kind === 'lost') return unknown(fact, 'the answer was lost');
  if (said.kind === 'refused') return strange(fact, `refused as ${said.code} (HTTP ${said.status}): ${said.message}`);
  for (let reads = 2 * known.staleReads + 4; reads > 0; reads -= 1) {
    const seen = await watch(target, saved);
    if (memberOf(seen.entry, 'CodeDeploy') === undefined) {
      const shown = textOf(memberOf(seen.entry, 'CodeVersion'));
      const which = shown === undefined ? 'absent too' : shown === b ? 'that version' : 'another version';
      return told(fact, `no \`CodeDeploy\`; CodeVersion is ${which}`, { publishFillsCodeDeploy: false });
    }
    if (keyOf(seen.split) === keyOf(split) && seen.deployId === before.look.deployId) continue;
    return keyOf(seen.split) === `${b}=100`
      ? told(fact, 'a `CodeDeploy` with that version at 100 %', { publishFillsCodeDeploy: true })
      : strange(fact, 'a `CodeDeploy` with another split');
  }
  return strange(fact, '`CodeDeploy` stays as it was');
}

const PER_SECOND = 20;
const SECONDS = 5;

/** Reads, as fast as is bounded. */
export const rate: Check = {
  title: 'How too many requests are refused',
  facts: ['throttling'],
  writes: false,
  cost: { writes: 0, reads: PER_SECOND * SECONDS + 10, probes: 0 },
  leftOut: ({ rate: asked }) => (asked ? undefined : 'only with --rate'),
  run: async ({ target: { api, clock, routine } }) => {
    const sent: Promise<Said>[] = [];
    for (let request = 0; request < PER_SECOND * SECONDS; request += 1) {
      sent.push(api.askAtOnce('GetRoutine', { body: { Name: routine } }));
      await clock.sleep(1_000 / PER_SECOND);
    }
    const answers = await Promise.all(sent);
    // What is put back at the end must not be refused for this.
    await clock.sleep(SECONDS * 1_000);
    await api.ask('GetRoutine', { body: { Name: routine } });
    return [throttling(answers)];
  },
};

function throttling(answers: readonly Said[]): Finding {
  const fact = 'throttling';
  const taken = answers.filter(({ kind }) => kind === 'answer').length;
  const refused = answers.filter((said) => said.kind === 'refused');
  const [first] = refused;
  const lost = answers.length - taken - refused.length;
  if (lost > answers.length / 2) return unknown(fact, `${lost} of ${answers.length} answers were lost`);
  if (first === undefined)
    return told(fact, `none of ${answers.length} requests at ${PER_SECOND} a second was refused`, {
      requestsPerSecond: 0,
    });
  const codes = [...new Set(refused.map(({ code, status }) => `${code} (HTTP ${status})`))].join(', ');
  const after =
    first.retryAfter === undefined ? 'without `x-acs-retry-after`' : `with \`x-acs-retry-after\` ${first.retryAfter}`;
  const seen = `${taken} of ${answers.length} at ${PER_SECOND} a second were taken, the others refused as ${codes}, ${after}`;
  // What the first second brings can be taken at once.
  const requestsPerSecond = Math.round((taken / (SECONDS + 1)) * 10) / 10;
  if (!isBusy(first))
    return { fact, kind: 'otherwise', seen, quirks: { requestsPerSecond, throttlingCode: first.code } };
  return told(fact, seen, { requestsPerSecond, throttlingCode: first.code });
}

const FIELDS = ['RoutineName', 'CodeVersion', 'ErrorCode', 'ResponseStatus'] as const;

const WAITS = 8;
/** Between two looks, in ms. */
const PAUSE = 15_000;

/** What the requests of the checks before have left. */
export const logs: Check = {
  title: 'What the logs hold',
  facts: ['logs'],
  writes: false,
  cost: { writes: 0, reads: WAITS, probes: 0 },
  leftOut: ({ logs: asked }) => (asked === undefined ? 'only with --logs' : undefined),
  run: async ({ readLogs, pace, target: { clock } }) => {
    let rows: readonly unknown[] | string = [];
    for (let wait = 0; wait < WAITS; wait += 1) {
      await pace();
      rows = await readLogs();
      if (typeof rows === 'string' || rows.length > 0) break;
      await clock.sleep(PAUSE);
    }
    return [logged(rows)];
  },
};

function logged(rows: readonly unknown[] | string): Finding {
  const fact = 'logs';
  if (typeof rows === 'string') return unknown(fact, rows);
  if (rows.length === 0) return unknown(fact, `no log of the routine within ${(WAITS * PAUSE) / 1_000} s`);
  const missing = FIELDS.filter((field) => rows.every((row) => memberOf(row, field) === undefined));
  const forms = FIELDS.filter((field) => !missing.includes(field)).map(
    (field) => `${field} ${formOf(memberOf(listOf(rows)[0], field))}`,
  );
  if (missing.length === 0) return told(fact, forms.join(', '), { logsWithoutVersion: false });
  const seen = `without ${missing.join(', ')}`;
  return String(missing) === 'CodeVersion' ? told(fact, seen, { logsWithoutVersion: true }) : strange(fact, seen);
}
