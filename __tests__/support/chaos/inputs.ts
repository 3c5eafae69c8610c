import type { Emulator } from '../../../emulator/emulator.js';
import { logInputs } from './logs.js';
import type { Versions } from './people.js';
import type { Scenario } from './scenario.js';
import type { Wish } from './truth.js';

interface Situation {
  readonly emulator: Emulator;
  readonly scenario: Scenario;
  readonly versions: Versions;
  readonly current: string;
}

interface Key {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** The inputs of a step of the scenario. `current` is the DeployId that is live now. */
export function inputsOf({ scenario, emulator, versions, current }: Situation, wish: Wish, key: Key) {
  const url = `${emulator.edge}/production/hello/`;
  const gates = {
    none: {},
    logs: logInputs(emulator),
    url: { 'gate-url': url },
    header: { 'gate-url': url, 'gate-version-header': 'x-code-version' },
    // So strict that one check that fails is enough.
    command: {
      'gate-success-rate': '99.9%',
      'gate-command': `echo $CANARY_WEIGHT >> "$CHECKS"; exit ${scenario.canary === 'healthy' ? 0 : 1}`,
    },
  };
  const rollout = {
    canary: named(versions.canary, scenario, versions),
    steps: scenario.steps,
    wait: String(scenario.wait),
    'gate-interval': '100ms',
    'gate-mode': scenario.mode,
    'on-failure': scenario.onFailure,
    'on-inconclusive': scenario.onInconclusive,
    'on-cancel': scenario.onCancel,
    'allow-older': String(scenario.older === 'allowed'),
    ...gates[scenario.gate],
  };
  const split = (one: Readonly<Record<string, number>>) => ({
    versions: Object.entries(one)
      .map(([version, weight]) => `${named(version, scenario, versions)}=${weight}`)
      .join(),
  });
  return {
    routine: 'hello',
    env: 'production',
    ...(wish.kind === 'rollout' ? rollout : split(wish.split)),
    'access-key-id': key.accessKeyId,
    'access-key-secret': key.accessKeySecret,
    endpoint: emulator.api,
    'api-timeout': '1s',
    'expect-deployment-id': { none: '', right: current, wrong: '1766590022381161013' }[scenario.expect],
  };
}

/** What the service says that a version was built from. */
export function commitOf(version: string): string {
  return `${version}${'0123456789abcdef'.repeat(2)}`.slice(0, 40);
}

/** A version as the inputs of the scenario name it. Nobody deploys to staging, and an older canary is not the latest. */
export function named(
  version: string,
  { words, older }: Pick<Scenario, 'words' | 'older'>,
  { stable, canary }: Versions,
): string {
  if (words === 'none') return version;
  if (words === 'latest' && older === 'no' && version === canary) return 'latest';
  if (words === 'latest' && older === 'no' && version === stable) return 'staging';
  return `commit:${commitOf(version)}`;
}
