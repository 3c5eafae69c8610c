/** Names and ids of an account, and what each is called in a report. */
export type Scrub = (text: string) => string;

type Patterns = readonly (readonly [RegExp, string])[];

/** Addresses, which hold names. */
const WHOLE: Patterns = [
  [/[a-z][a-z0-9+.-]*:\/\/\S+/gi, '<address>'],
  [/\bacs:[\w-]+:\S*/gi, '<arn>'],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<mail>'],
  [/\b(?:[a-z0-9-]+\.){2,}[a-z]{2,}\b/gi, '<host>'],
];

/** What may be somebody's, in whatever a service writes. The order counts: what is long goes before what is in it. */
const PARTS: Patterns = [
  [/\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/gi, '<id>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<ip>'],
  [/\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]*/gi, '<ip>'],
  [/\b(?:LTAI|STS\.)[\w.]+/gi, '<key>'],
  // Long, and with a digit: no word of a sentence, nor a code of an error.
  [/(?<![\w+/=-])(?=[A-Za-z+/=_-]*\d)[\w+/=-]{24,}/g, '<text>'],
  [/\d{7,}/g, '<number>'],
];

const replaced = (text: string, patterns: Patterns) =>
  patterns.reduce((rest, [pattern, placeholder]) => rest.replace(pattern, placeholder), text);

const LONGEST = 300;

/** Also where it is a part of a name, as in that of a header; not of a longer word. */
function wholly(name: string): RegExp {
  return new RegExp(`(?<![a-z0-9])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![a-z0-9])`, 'gi');
}

/** `known` maps what this run knows to a placeholder each; empty texts are left out. */
export function scrubber(known: ReadonlyMap<string, string>, redact: (text: string) => string): Scrub {
  const names = [...known].filter(([name]) => name !== '').toSorted(([one], [other]) => other.length - one.length);
  return (text) => {
    const nameless = names.reduce(
      (rest, [name, placeholder]) => rest.replace(wholly(name), `<${placeholder}>`),
      replaced(redact(text), WHOLE),
    );
    const plain = replaced(nameless, PARTS);
    // Not to be cut into by Markdown, a table or a terminal.
    const line = plain.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
    return [...line].length > LONGEST ? `${[...line].slice(0, LONGEST).join('')}…` : line;
  };
}
