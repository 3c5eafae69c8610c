/** The forms in which a secret may turn up in a log or an echo: as it is, URL-encoded, in Base64. */
export function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  return [...new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])];
}

/** No real key is shorter; taking out a shorter one, as somebody may make up for a test, would tear the text apart. */
const SHORTEST_SECRET = 8;

/** The text without any of the secrets, for where the runner's masking does not reach, such as the summary. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  return long.flatMap(formsOf).reduce((clean, form) => clean.replaceAll(form, '***'), text);
}
