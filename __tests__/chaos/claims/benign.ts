/** What claims nothing of this run, though it has a word that claims do: plans, advice, and what a service said. */
export const BENIGN: readonly RegExp[] = [
  /Find out who deployed and what they meant[.;]?(?: Then run this again, or deploy the split you want with `versions`\.| Then run this again for the split you want\.)?/,
  /Run this again when it can be read: it writes only what differs\./,
  /The new split is probably live\. Read it with `dry-run: true`, or run this again: it writes only what differs\./,
  /Read what is live with `dry-run: true` in a minute[^.]*\./,
  /it was accepted, but does not show/,
  /it was made between this run's read and its write/,
  /Nothing is live yet: the canary goes to 100 % at once, and there is nothing to roll back to\./,
  /Look at what is live;?/,
  /nobody looked at what it left/,
  /the deployment does not show yet(?:, if there was one)?/,
  /What was live was read before going on\./,
  /What the rollout left was not put back/,
  /whether the service received the request is unknown/,
  /Check that each version exists, is Available and may be deployed to \w+/,
  /(?:not )?live since [-\dT:.Z]+/,
  /stable \d+:|nothing live yet[:,]?/,
  /whether it exists is left to the service/,
  /two other versions are live already \([^)]*\) and an environment serves at most two[^;]*;/,
  /(?:deployment "?\d*"?|nothing) is live in production(?: \([^)]*\))?/,
  /asks for deployment "?\d+"?/,
  /the service does not tell since when the canary is live[^;]*;/,
  /The rollout ended in the middle\.?/,
  /Stop the schedule: should somebody put the stable back, its next run would roll this canary out again\./,
  /It began, since the stable served alone: a run cannot tell a new rollout from one that somebody has undone\./,
  /version "?\d+"? is older than "?\d+"?, which serves alone, and a workflow that is run again must not take the environment back in silence;/,
];

/** A sentence with one of these words, and unknown to both tables, is a claim that nobody judges. */
export const CLAIMING =
  /\b(?:serves?|live|deployed|written|wrote|restored|put back|left alone|promoted|rolled back|overtaken|replaced|accepted|stays|somebody|nobody|unknown|cancelled|may still|took effect)\b/i;
