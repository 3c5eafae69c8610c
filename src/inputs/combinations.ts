import type { Found } from '../credentials/source.js';
import { SOURCES } from '../gates/measure.js';
import { ID_TOKEN_VARIABLES, PERMISSION } from '../github/permission.js';
import { brokenProxies } from '../network/proxy.js';
import type { Mistake } from './mistakes.js';
import { isGiven, type Readings, valueIn } from './readings.js';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/**
 * What does not go together, of the inputs among themselves and with the environment. It is reported along with the
 * mistakes in each input, so it goes by what is right of them: a wrong one is given, but nothing follows from it.
 */
export function combinationMistakes(
  readings: Readings,
  found: Found,
  environment: EnvironmentVariables,
): readonly Mistake[] {
  return [
    ...goalMistakes(readings),
    ...gateMistakes(readings),
    ...bakeMistakes(readings),
    ...recordMistakes(readings),
    ...credentialMistakes(readings, found, environment),
    ...brokenProxies(environment).map(proxyMistake),
  ];
}

function goalMistakes({ versions, canary, 'dry-run': dryRun }: Readings): Mistake[] {
  if (isGiven(versions) && isGiven(canary)) {
    return [
      {
        input: 'canary',
        message: 'both `versions` and `canary` are given; allowed is one of them: a fixed split, or a rollout by steps',
      },
    ];
  }
  if (isGiven(versions) || isGiven(canary) || valueIn(dryRun) === true) return [];
  const ways =
    '`versions` for a fixed split, `canary` for a rollout by steps, or neither with `dry-run: true` to see what is live';
  return [{ input: 'versions', message: `nothing is given; allowed is ${ways}` }];
}

function gateMistakes(readings: Readings): Mistake[] {
  const mistakes: Mistake[] = [];
  const { versions, canary, steps } = readings;
  const isSplit = isGiven(versions) && !isGiven(canary);
  const hasNoBake = valueIn(steps)?.every((step) => step.bake === 0);
  for (const input of SOURCES.filter((name) => isGiven(readings[name]))) {
    if (isSplit)
      mistakes.push({
        input,
        message: 'a gate watches a rollout by `canary` and `steps`; a fixed split by `versions` is not watched',
      });
    else if (hasNoBake)
      mistakes.push({
        input,
        message: 'no step has a bake time, so nothing would be watched; write `steps` such as "5% for 5m, 100%"',
      });
  }
  for (const input of ['gate-latency', 'gate-version-header'] as const) {
    if (isGiven(readings[input]) && !isGiven(readings['gate-url']))
      mistakes.push({ input, message: 'it is for the answers of `gate-url`, which is not given' });
  }
  for (const input of ['gate-logs-region', 'gate-logs-endpoint'] as const) {
    if (isGiven(readings[input]) && !isGiven(readings['gate-logs']))
      mistakes.push({ input, message: 'it says where the logs of `gate-logs` are, which is not given' });
  }
  if (valueIn(readings['gate-mode']) === 'observe' && !SOURCES.some((name) => isGiven(readings[name]))) {
    const [last, ...others] = SOURCES.map((name) => `\`${name}\``).toReversed();
    const all = `${others.toReversed().join(', ')} and ${last}`;
    mistakes.push({ input: 'gate-mode', message: `there is nothing to observe: none of ${all} is given` });
  }
  return mistakes;
}

function bakeMistakes({ wait, steps }: Readings): Mistake[] {
  const bakesAtLast = valueIn(steps)?.some((step) => step.weight === 100 && step.bake > 0);
  if (valueIn(wait) !== false || !bakesAtLast) return [];
  return [
    {
      input: 'steps',
      message:
        'with `wait: false` the step to 100 % cannot bake: nothing then remembers the stable that a rollback would restore; let the last bake be below 100 %',
    },
  ];
}

function recordMistakes(readings: Readings): Mistake[] {
  if (isGiven(readings['github-deployment'])) return [];
  return (['github-deployment-steps', 'retry'] as const)
    .filter((input) => valueIn(readings[input]) === true)
    .map((input) => ({ input, message: 'it is for the record by `github-deployment`, which is not given' }));
}

/** A source of credentials that is given in part, and what is given for one that is not there. */
function credentialMistakes(readings: Readings, found: Found, environment: EnvironmentVariables): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const { name, given } of found.ok ? [] : found.error.missing) {
    const message = `nothing is given, but ${given.map((other) => `\`${other}\``).join(' and ')} is; they belong together`;
    mistakes.push({ input: name, message });
  }
  for (const name of found.ok ? [] : found.error.malformed) {
    const message = 'what is set holds a space, a line break or a character outside ASCII; set it again';
    mistakes.push({ input: name, message });
  }
  if (isGiven(readings['role-session-name']) && !isGiven(readings['role-to-assume']))
    mistakes.push({ input: 'role-session-name', message: 'it is for `role-to-assume`, which is not given' });
  const asks = found.ok && found.value.kind === 'oidc';
  if (asks && ID_TOKEN_VARIABLES.some((name) => (environment[name] ?? '') === ''))
    mistakes.push({
      input: 'role-to-assume',
      message: `GitHub does not let this job have an id-token: ${PERMISSION}; pull requests of forks never get one`,
    });
  return mistakes;
}

function proxyMistake(name: string): Mistake {
  const message =
    'what is set is not the URL of a proxy; allowed is `http://HOST:PORT`, with `USER:PASSWORD@` before HOST where needed';
  return { input: name, message };
}
