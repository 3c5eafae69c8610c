/** The forms in which a secret may turn up in a log or an echo: as it is, URL-encoded, in Base64. */
export function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  const bytes = Buffer.from(secret);
  // Half a surrogate pair has no URL-encoded form, and would throw.
  const encoded = encodeURIComponent(bytes.toString());
  return [...new Set([secret, encoded, bytes.toString('base64'), bytes.toString('base64url')])];
}

/** No real key is shorter; taking out a shorter one, as somebody may make up for a test, would tear the text apart. */
const SHORTEST_SECRET = 8;

/** Of a request that a service echoes: made by the SDK, so nobody could keep it. Also percent-encoded. */
const SIGNATURE = /(Signature(?:=|%3D))[0-9a-f]{16,}/gi;

/** Everything secret that a run has come to know. */
export interface Secrets {
  /** Masks it in the log from here on; whoever obtains a secret does this before anything else. */
  readonly keep: (...secrets: readonly string[]) => void;
  /** The text without any of them, for where the runner's masking does not reach, such as a summary or an output. */
  readonly clean: (text: string) => string;
}

/** `mask` gets each form of each secret once. */
export function secretKeeper(mask: (form: string) => void): Secrets {
  const kept = new Set<string>();
  // The longest first: one secret may be part of another.
  let long: readonly string[] = [];
  return {
    keep: (...secrets) => {
      const fresh = secrets.flatMap(formsOf).filter((form) => !kept.has(form));
      for (const form of new Set(fresh)) {
        mask(form);
        kept.add(form);
      }
      if (fresh.length === 0) return;
      long = [...kept].filter((form) => form.length >= SHORTEST_SECRET);
      long = long.toSorted((one, other) => other.length - one.length);
    },
    clean: (text) =>
      text.length < SHORTEST_SECRET
        ? text
        : long.reduce((rest, form) => rest.replaceAll(form, '***'), text.replace(SIGNATURE, '$1***')),
  };
}

/** Words in the names of query parameters whose value lets somebody in: signed URLs, tokens in links. */
const TELLING =
  /(?:^|[_.-])(?:\w*token|\w*secret|sig|\w*signature|sign|passw\w*|pwd|\w*credentials?|\w*key|auth|authorization|jwt)(?:$|[_.-])/i;

/** What of a URL is secret: its password, and such parameters, as they are written and as they are meant. */
export function urlSecrets(text: string): readonly string[] {
  const [, password = ''] = /^[^/]*\/\/[^/?#]*?:(.*)@/.exec(text) ?? [];
  const [, query = ''] = /\?([^#]*)/.exec(text) ?? [];
  const values = query.split('&').flatMap((pair) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    return TELLING.test(decoded(name)) ? [value, decoded(value)] : [];
  });
  return [password, decoded(password), ...values].filter((secret) => secret.length >= SHORTEST_SECRET);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
