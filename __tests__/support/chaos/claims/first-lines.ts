import {
  type Facts,
  jobOf,
  type Made,
  mayCallLive,
  READ,
  type Split,
  same,
  splitText,
  type View,
  WRITE,
} from '../truth.js';
import { foreign, so } from './checks.js';

/** The first lines of the summary: what is live is called so only when a look has shown it since the last write. */
export function firstLineClaims(facts: Facts, view: View): string[] {
  const { summary } = view.run;
  const [, live, whose] =
    /^\*\*Production serves (.*?)\*\*(, which somebody else deployed)?, as read back/m.exec(summary) ?? [];
  const [, seen] =
    /^\*\*What production serves could not be read back\.\*\* It was last seen to serve (.*)/m.exec(summary) ?? [];
  const unknown =
    /^\*\*What production serves could not be read\.\*\*|^\*\*What (?:is live|production serves) was not looked at/m;
  const told = [
    ...(live === undefined ? [] : [calledLive(live, view), whose && byOthers(live, view, facts)]),
    ...(seen === undefined ? [] : [calledSeen(seen, view, facts)]),
    so(
      live !== undefined || seen !== undefined || unknown.test(summary) || summary.includes('a fault in this action'),
      'they do not say what is live',
    ),
    so(/^\*\*Why:\*\* \S/m.test(summary), 'they do not say why'),
    so(/^\*\*What to do:\*\* \S/m.test(summary), 'they do not say what to do'),
    triedAt(summary, view, facts),
  ];
  return told.flatMap((why) => (why === undefined || why === '' ? [] : [`the first lines: ${why}`]));
}

/** `"a" (<code>1</code>) at 100 %`, `90 % <code>1</code>, the stable, and 10 % <code>2</code>`, or nothing. */
function splitIn(text: string): Split {
  const [, alone] = /<code>(\d+)<\/code>\)? at 100 %/.exec(text) ?? [];
  if (alone !== undefined) return { [alone]: 100 };
  const shares = [...text.matchAll(/(?:^|and )(\d+) % .*?<code>(\d+)<\/code>/g)];
  return Object.fromEntries(shares.map(([, weight, version]) => [version, Number(weight)]));
}

function calledLive(text: string, view: View): string | undefined {
  const { requests } = view.run;
  const split = splitIn(text);
  const wrote = requests.findLastIndex(({ action }) => action === WRITE);
  const looked = requests.findLastIndex(({ action, showed }) => action === READ && showed !== undefined);
  return (
    so(looked > wrote, 'what is live is said to be read back, and no look was answered after the last write') ??
    so(
      mayCallLive(view).some((made) => same(made.split, split)),
      `${splitText(split)} is not live`,
    )
  );
}

function byOthers(text: string, view: View, facts: Facts): string | undefined {
  const split = splitIn(text);
  return so(
    foreign(view, facts).some((made) => same(made.split, split)),
    'nobody else deployed that',
  );
}

function calledSeen(text: string, view: View, facts: Facts): string | undefined {
  const split = splitIn(text.split(' Sent since')[0] ?? '');
  const shown = [view.before, ...jobOf(facts, view.run).flatMap(({ reads }) => reads.map(({ showed }) => showed))];
  return so(
    shown.some((made) => same(made?.split ?? {}, split)),
    `no look showed ${splitText(split)}`,
  );
}

/** The weight that the canary is said to have had at most, which no write of this run exceeds. */
function triedAt(summary: string, { before, own }: View, facts: Facts): string | undefined {
  const weightIn = (made: Made | undefined) => made?.split[facts.canary] ?? 0;
  const got = [before, ...own].some((made) => weightIn(made) > 0);
  const [, had, perhaps] =
    /(?: has)? had (\d+) % (?:at most, )?for .*? in all(?:, and may have had (\d+) %)?\./.exec(summary) ?? [];
  if (had === undefined) return so(!got || !/got no traffic\./.test(summary), 'the canary did get traffic');
  const more = own.find((made) => weightIn(made) > Number(perhaps ?? had));
  return (
    so([before, ...facts.history].map(weightIn).includes(Number(had)), `the canary never had ${had} %`) ??
    so(more === undefined, `the canary had ${weightIn(more)} %, which is more than ${perhaps ?? had} %`)
  );
}
