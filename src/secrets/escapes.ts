/** How deep somebody may have escaped what was escaped already: a URL in a URL in JSON in HTML. */
const DEPTH = 6;

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  sol: '/',
  bsol: '\\',
  plus: '+',
  equals: '=',
  colon: ':',
  percnt: '%',
  num: '#',
  commat: '@',
  lowbar: '_',
  excl: '!',
  dollar: '$',
  ast: '*',
};

/** Of URLs, of JSON and JavaScript, of HTML. */
const ESCAPE =
  /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\([/"'\\])|&#([0-9]{1,7});|&#x([0-9a-f]{1,6});|&([a-z]{2,6});/gi;

/** A text with one layer of its escapes undone after the other; empty where it has none. */
export function undoneForms(text: string): readonly string[] {
  const forms: string[] = [];
  for (let bare = text; forms.length < DEPTH; ) {
    const next = bare.replace(ESCAPE, meant);
    if (next === bare) break;
    forms.push(next);
    bare = next;
  }
  return forms;
}

/** A text of which something was undone: `from[i]` says where in the text as it came its character i began. */
interface Layer {
  readonly text: string;
  readonly from: Uint32Array;
}

type Span = readonly [number, number];

/**
 * The text without these forms where characters of them are escaped: in URLs, JSON or HTML, several times over, in
 * either case of the hexadecimal digits. Nothing is listed beforehand; the escapes are undone, layer by layer, and
 * looked through.
 */
export function withoutEscaped(text: string, forms: readonly string[]): string {
  const spans: Span[] = [];
  for (const [index, bare] of undoneForms(text).entries()) {
    // Where everything came from is worked out only once there is something to take out, which is nearly never.
    const found = forms.filter((form) => bare.includes(form));
    if (found.length === 0) continue;
    const layer = undoneBy(index + 1, text);
    for (const form of found) spans.push(...placesOf(form, layer));
  }
  return spans.length === 0 ? text : without(text, spans);
}

function meant(written: string, ...groups: readonly (string | undefined)[]): string {
  const [byte, unit, short, plain, decimal, hex, name] = groups;
  if (plain !== undefined) return plain;
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? written;
  const code = decimal === undefined ? Number.parseInt(byte ?? unit ?? short ?? hex ?? '', 16) : Number(decimal);
  // Bytes of UTF-8 stay bytes: the forms are looked for as such too.
  return code <= 0xff_ff ? String.fromCharCode(code) : written;
}

function undoneBy(times: number, text: string): Layer {
  let layer: Layer = { text, from: Uint32Array.from({ length: text.length + 1 }, (_, index) => index) };
  for (let time = 0; time < times; time += 1) layer = undone(layer);
  return layer;
}

function undone({ text, from }: Layer): Layer {
  const origins = new Uint32Array(from.length);
  let [result, read] = ['', 0];
  const take = (until: number) => {
    origins.set(from.subarray(read, until), result.length);
    result += text.slice(read, until);
    read = until;
  };
  for (const match of text.matchAll(ESCAPE)) {
    take(match.index);
    origins[result.length] = from[match.index] ?? 0;
    const character = meant(match[0], ...match.slice(1));
    if (character.length !== 1) continue;
    result += character;
    read = match.index + match[0].length;
  }
  take(text.length);
  origins[result.length] = from[text.length] ?? 0;
  return { text: result, from: origins.subarray(0, result.length + 1) };
}

function placesOf(form: string, { text, from }: Layer): Span[] {
  const places: Span[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length))
    places.push([from[at] ?? 0, from[at + form.length] ?? 0]);
  return places;
}

function without(text: string, spans: readonly Span[]): string {
  let [result, read] = ['', 0];
  for (const [start, end] of spans.toSorted(([one], [other]) => one - other)) {
    if (end <= read) continue;
    if (start >= read) result += `${text.slice(read, start)}***`;
    read = end;
  }
  return result + text.slice(read);
}
