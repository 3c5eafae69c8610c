/** Words in the names of query parameters whose value lets somebody in: signed URLs, tokens in links. */
const TELLING =
  /(?:^|[_.-])(?:\w*token|\w*secret|sig|\w*signature|sign|passw\w*|pwd|\w*credentials?|\w*key|auth|authorization|jwt)(?:$|[_.-])/i;

/** No real one is shorter, and a shorter one, taken out everywhere, would tear texts apart. */
const SHORTEST_SECRET = 8;

/**
 * What of a URL is secret, as it is written and as it is meant: what stands before the host, and parameters, of the
 * fragment too, that let somebody in.
 */
export function urlSecrets(text: string): readonly string[] {
  const values = text
    .split(/[?#&]/)
    .slice(1)
    .flatMap((pair) => {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
      return TELLING.test(decoded(name)) ? [value] : [];
    });
  const user = hasUser(text) || !URL.canParse(text) ? beforeAt(text) : '';
  // A password may hold a slash as it is written, and then look like a port and a path.
  const [, password = ''] = /^[^/]*\/\/[^/?#]*?:(.*)@/.exec(text) ?? [];
  const secrets = [user, ...user.split(/[:@]/), user.slice(user.indexOf(':') + 1), password, ...values];
  return secrets.flatMap((secret) => [secret, decoded(secret)]).filter((secret) => secret.length >= SHORTEST_SECRET);
}

/**
 * Whether something stands before an `@` and the host, be it empty. Read as URL parsers do: they drop tabs and line
 * breaks, and take a backslash for a slash and any number of both, also none, for two.
 */
export function hasUser(text: string): boolean {
  const [, authority = ''] = /^[^:]*:[\\/]*([^\\/?#]*)/.exec(text.replace(/[\t\r\n]/g, '')) ?? [];
  return authority.includes('@');
}

/** A URL for a message: of what may be secret nothing is repeated. */
export function withoutSecrets(url: string): string {
  return url.replace(/^((?:https?:)?[\\/]*).*@/is, '$1***@').replace(/[?#].*/s, '?…');
}

/** All before the last `@`, whether a parser would take it for a user name and a password or not. */
function beforeAt(text: string): string {
  return /^(?:[a-z][a-z0-9+.-]*:)?[\\/]*(.*)@/is.exec(text)?.[1] ?? '';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
