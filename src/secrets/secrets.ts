import { undoneForms, withoutEscaped } from './escapes.js';

/**
 * Where secrets are taken out of what is shown. A secret is kept here before anything else is done with it, and each
 * text passes `redact` at the one place where it leaves the process, so that no caller can forget it:
 *
 * - the log with its annotations: `github/log.ts`, through which every line goes;
 * - outputs and summary, which the runner does not mask: `conclude.ts`, right before they are handed over.
 *
 * What somebody else said is redacted when it comes in, too, since it is taken for an id, cut, or kept in the state:
 *
 * - an answer of ESA before it is read: `redacted` in `alibaba/answer.ts`; what STS answers is a secret itself, and
 *   is kept, and so is a form for object storage;
 * - what failed and how: `alibaba/fault.ts`, and `credentials/assume-role.ts` for the id-token;
 * - what a gate saw: `gates/measure.ts`.
 *
 * The state for the post step is made of these alone, and of a hash. Two things are shown that never pass here: the
 * masks themselves, and titles of annotations and groups that are literals.
 */

/**
 * The forms in which a secret may turn up in a log or an echo: as it is, URL-encoded, in Base64. What is escaped is
 * undone.
 */
function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  const bytes = Buffer.from(secret);
  // Half a surrogate pair has no URL-encoded form, and would throw.
  const encoded = encodeURIComponent(bytes.toString());
  return [...new Set([secret, encoded, bytes.toString('base64'), bytes.toString('base64url')])];
}

/**
 * The forms in which the runner masks a value that it is told: each mask is a line of the log, so it is told of none of them.
 * It masks the lines of a value by themselves, too. What this process writes is without any form of a secret anyway.
 * Source: actions/runner, HostContext and AddMaskCommandExtension.
 */
function formsOfRunner(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // .NET escapes some marks that JavaScript leaves.
  const encoded = encodeURIComponent(bytes.toString());
  return [secret, bytes.toString('base64'), ...(/[!'()*]/.test(encoded) ? [] : [encoded])];
}

/** No real key is shorter; taking out a shorter one, as somebody may make up for a test, would tear the text apart. */
const SHORTEST_SECRET = 8;

/** A secret that holds escapes itself is shorter once they are undone. */
const SHORTEST_UNDONE = 4;

/** Of a request that a service echoes: made by the SDK, so nobody could keep it. Also escaped. */
const SIGNATURE = /(Signature(?:=|%(?:25){0,3}3D|\\u003d|&#(?:61|x3d);|&equals;))[0-9a-f]{16,}/gi;

/** Everything secret that a run has come to know. */
export interface Secrets {
  /** Masks it in the log from here on; whoever obtains a secret does this before anything else. */
  readonly keep: (...secrets: readonly string[]) => void;
  /** The same of one that whoever gave it has masked. */
  readonly keepMasked: (secret: string) => void;
  /** The text without any of them, for where the runner's masking does not reach, such as a summary or an output. */
  readonly redact: (text: string) => string;
}

/** `mask` gets each secret once, and what of its forms the runner does not know by itself. */
export function secretKeeper(mask: (form: string) => void): Secrets {
  const [kept, known] = [new Set<string>(), new Set<string>()];
  // The longest first: one secret may be part of another.
  let long: readonly string[] = [];
  const tell = (secret: string, isMasked: boolean) => {
    const told = new Set([secret, ...formsOf(secret).filter((form) => /[!'()*]/.test(form))]);
    for (const form of told) if (!known.has(form) && !isMasked) mask(form);
    for (const form of [...told, ...formsOfRunner(secret)]) known.add(form);
  };
  const keep = (secrets: readonly string[], isMasked: boolean) => {
    // A form is longer than what it is of, which may be here as well.
    for (const secret of secrets.toSorted((one, other) => one.length - other.length))
      if (secret !== '') tell(secret, isMasked);
    const fresh = secrets.flatMap(formsOf).filter((form) => !kept.has(form));
    for (const form of fresh) kept.add(form);
    if (fresh.length === 0) return;
    const real = [...kept].filter((form) => form.length >= SHORTEST_SECRET);
    const sought = new Set(real.flatMap(looks).filter((form) => form.length >= SHORTEST_UNDONE));
    long = [...sought].toSorted((one, other) => other.length - one.length);
  };
  return {
    keep: (...secrets) => keep(secrets, false),
    keepMasked: (secret) => keep([secret], true),
    redact: (text) => {
      if (text.length < SHORTEST_SECRET) return text;
      const plain = long.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text.replace(SIGNATURE, `$1${HIDDEN}`));
      return withoutEscaped(plain, long);
    },
  };
}

/** JSON whose texts are without secrets; each is looked at by itself, since JSON writes some characters otherwise. */
export function redactJson(json: string, redact: Secrets['redact']): string {
  if (json === '') return '';
  return JSON.stringify(JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? redact(value) : value)));
}

const HIDDEN = '***';

/**
 * What is looked for without being masked, since the runner does that itself, or it is what a careless decoder leaves:
 * bytes in place of letters, a space for a plus sign or the other way round, escapes undone that the secret itself has.
 */
function looks(form: string): readonly string[] {
  const written = [form, ...undoneForms(form)];
  const asBytes = written.flatMap((text) => [text, Buffer.from(text).toString('latin1')]);
  const spaced = asBytes.flatMap((text) => [text, text.replaceAll(' ', '+'), text.replaceAll('+', ' ')]);
  return spaced.flatMap((text) => [text, text.replace(/=+$/, '')]);
}
