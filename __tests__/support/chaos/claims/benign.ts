/** What claims nothing of this run, though it has a word that claims do: plans, advice, and what a service said. */
export const BENIGN: readonly RegExp[] = [
  /Find out who deployed and what they meant(?: before you run this again: it would go on over what they did\. `versions` deploys the split you want\.|;)/,
  /Run this again when it can be read: it writes only what differs\./,
  /Read what is live with `dry-run: true` in a minute[^.]*\./,
  /it was accepted, but does not show/,
  /Look at what is live;?/,
  /what it left behind was not checked/,
  /the clocks of the service \([^)]*\) and of the runner \([^)]*\) are more than \w+ apart/,
  /so with `wait: false` nobody knows when its bake ends;?/,
  /whether the service received the request is unknown/,
  /Check that each version exists, is Available and may be deployed to \w+/,
  /stable \d+:|nothing live yet[:,]?/,
  /whether it exists is left to the service/,
  /two other versions are live already \([^)]*\) and an environment serves at most two[^;]*;/,
  /(?:deployment "?\d*"?|nothing) is live in production(?: \([^)]*\))?/,
  /asks for deployment "?\d+"?/,
  /the service does not say since when the canary is live[^;]*;/,
  /The rollout was interrupted\.?/,
  /live, needed for a way back, younger than an hour, or of unknown age\.?/,
  /whether object storage took the code is unknown/,
  /whether \w+ took effect is unknown/,
  /Nobody can tell which version gave them: (?:the stable may be to blame)?/,
  /(?:, so the stable may be to blame|; it may be to blame all the same)?, and `gate-version-header` would tell/,
];

/** A sentence with one of these words, and unknown to both tables, is a claim that nobody judges. */
export const CLAIMING =
  /\b(?:serves?|live|deployed|written|wrote|restored|put back|left alone|promoted|rolled back|overtaken|replaced|accepted|stays|somebody|nobody|unknown|cancelled|may still|took effect)\b/i;
