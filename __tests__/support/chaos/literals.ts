/**
 * The texts that a pattern asks for to the letter, for each way through its alternatives: whatever stands between two
 * groups, classes or repetitions. What is optional is left out.
 */
export function literalsOf(pattern: RegExp): string[][] {
  return alternatives(pattern.source, 0).ways.map((way) => way.split(GAP).filter((piece) => piece !== ''));
}

/** Between two pieces: anything may stand there. */
const GAP = '\0';

interface Parsed {
  readonly ways: readonly string[];
  readonly end: number;
}

/** Up to the end, or to the bracket that closes this group. */
function alternatives(source: string, from: number): Parsed {
  const done: string[] = [];
  let ways: readonly string[] = [''];
  let at = from;
  while (at < source.length && source[at] !== ')') {
    if (source[at] === '|') {
      done.push(...ways);
      ways = [''];
      at += 1;
      continue;
    }
    const { ways: next, end } = atom(source, at);
    const [, repeated = ''] = /^([?*+]|\{[\d,]+\})?/.exec(source.slice(end)) ?? [];
    const parts = repeated === '' ? next : repeated === '+' ? next.map((part) => `${part}${GAP}`) : [GAP];
    ways = ways.flatMap((way) => parts.map((part) => way + part));
    at = end + repeated.length;
  }
  return { ways: [...done, ...ways], end: at + 1 };
}

function atom(source: string, at: number): Parsed {
  const character = source[at] ?? '';
  if (character === '\\') {
    const escaped = source[at + 1] ?? '';
    return { ways: [/\w/.test(escaped) ? GAP : escaped], end: at + 2 };
  }
  if (character === '[') return { ways: [GAP], end: source.indexOf(']', at + (source[at + 1] === '^' ? 3 : 2)) + 1 };
  if (character === '(') {
    const [opening = '('] = /^\((?:\?(?::|<?[=!]))?/.exec(source.slice(at)) ?? [];
    const inner = alternatives(source, at + opening.length);
    const ways = /[=!]$/.test(opening) ? [''] : inner.ways;
    return { ways: ways.map((way) => GAP + way + GAP), end: inner.end };
  }
  return { ways: ['.^$'.includes(character) ? GAP : character], end: at + 1 };
}
