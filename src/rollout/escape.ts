/**
 * Text from a user, the service or a repository can hold anything. It is made harmless at the place where it is
 * printed, for that place: a log line, a quotation, or Markdown that GitHub renders.
 */

/** Control characters, line separators, and the marks that turn the direction of what follows. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const codePoint = (character: string) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

const LIMIT = 500;

function cut(text: string, limit: number): string {
  const characters = [...text];
  return characters.length > limit ? `${characters.slice(0, limit).join('')}…` : text;
}

/**
 * One line of a log that is no workflow command: `::name::` counts at a line's start alone, `##[name]` anywhere.
 * Source: actions/runner, ActionCommand.TryParseV2 and TryParse.
 */
export function oneLine(text: string, limit = LIMIT): string {
  const line = cut(text, limit).replace(INVISIBLE, codePoint).replace(/##\[/g, '## [');
  return line.trimStart().startsWith('::') ? `'${line}` : line;
}

/** A text as a sentence of its own: with one full stop, also where somebody has put one, or another mark that ends it. */
export function withStop(text: string): string {
  const bare = withoutStop(text);
  return /[!?。！？…]$/u.test(bare) ? bare : `${bare}.`;
}

/** A text that others go on after: services end theirs with a full stop. */
export function withoutStop(text: string): string {
  return text.replace(/[\s.]+$/, '');
}

/** What somebody wrote, in quotation marks, for a message. */
export function quoted(text: string): string {
  return `"${oneLine(text, 60).replace(/"/g, '\\"')}"`;
}

/**
 * The text itself and nothing more, anywhere in GitHub-flavoured Markdown where text may begin, table cells included, and
 * once more when it is copied from the page. What could mean something is a character reference: marks anywhere, and what
 * makes a block where a line begins. Links that nobody wrote (`www.`, `://`, an address of mail, `@name`, `#1`, `GH-1`)
 * are found in pieces of text after references are resolved; an element without content ends the piece, and leaves no
 * character behind as a zero-width space would. Source: GitHub Flavored Markdown Spec 0.29, sections 2.5, 4, 5, 6.9.
 */
export function inMarkdown(text: string, limit = LIMIT): string {
  return cut(text, limit)
    .replace(INVISIBLE, ' ')
    .trim()
    .replace(/[!#$&*<>@[\\\]^_`{|}~]|^[-+=:]|(?<=^[0-9]{1,9})[.)]/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/(?:&#(?:64|35);|www|(?::|&#58;)(?=\/)|gh-(?=[0-9]))(?=.)/gi, (mark) => `${mark}${NOTHING}`);
}

/** Of the elements that GitHub lets through, one that changes nothing where nothing is in it. */
const NOTHING = '<i></i>';

/** What somebody else wrote, as code in a sentence of ours: between backticks, of which it takes more where it has some. */
export function inTicks(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  if (longest === 0) return `\`${text}\``;
  const ticks = '`'.repeat(longest + 1);
  return `${ticks} ${text} ${ticks}`;
}

/** From as many backticks to as many. */
const SPAN = /(?<!`)(`+)(?!`)([\s\S]+?)(?<!`)\1(?!`)/g;

/** Several of them are ours only where the text within has some, and space around it. */
function isOurs([, ticks = '', inner = '']: RegExpExecArray): boolean {
  return ticks.length === 1 || /^ [\s\S]*`[\s\S]* $/.test(inner);
}

/** A sentence of ours for Markdown: what stands between backticks becomes code, all of it stays the text that it is. */
export function asSentence(text: string, limit = LIMIT): string {
  const whole = cut(text, limit);
  const spans = [...whole.matchAll(SPAN)].filter(isOurs);
  const starts = [0, ...spans.map((span) => span.index + span[0].length)];
  const texts = starts.map((start, index) => whole.slice(start, spans[index]?.index));
  // A backtick without its other half is one that somebody wrote.
  if (texts.some((part) => part.includes('`'))) return inMarkdown(text, limit);
  return texts.map((part, index) => `${spaced(part, limit)}${asCode(spans[index]?.[2] ?? '', limit)}`).join('');
}

function spaced(text: string, limit: number): string {
  const [, before = '', after = ''] = /^(\s?)[\s\S]*?(\s?)$/.exec(text) ?? [];
  const inner = inMarkdown(text, limit);
  return inner === '' ? before : `${before && ' '}${inner}${after && ' '}`;
}

/** Lines to be copied to the letter: a fence that nothing in them ends, in which GitHub resolves nothing. */
export function asBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const lines = text.split('\n').map((line) => line.replace(INVISIBLE, codePoint));
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

/** The same, as code, for ids and inputs that somebody copies. */
export function asCode(text: string, limit = LIMIT): string {
  const line = cut(text, limit).replace(INVISIBLE, ' ').trim();
  if (line === '') return '';
  return `<code>${inMarkdown(line, limit)}</code>`;
}
