import type { Reaction } from '../../emulator/open-quirks.js';
import { listOf, memberOf, type Share, textOf } from '../answers.js';
import type { Said } from '../api.js';
import { always, type Bench, type Check } from '../bench.js';
import type { FactId } from '../facts.js';
import { type Finding, told, unknown } from '../finding.js';

type Name = 'percentZero' | 'versionTwice' | 'unknownVersion' | 'notAvailable' | 'boundElsewhere' | 'redeploy';

/** What the service says to a write that no document describes. */
export function accepted(fact: FactId, said: Said, quirk: Name, seen = 'accepted'): Finding {
  if (said.kind === 'lost') return unknown(fact, 'the answer was lost');
  if (said.kind === 'answer') return told(fact, seen, { [quirk]: 'accepted' });
  const { code, status, message } = said;
  const reaction: Reaction = { code, status, message };
  return told(fact, `refused as ${code} (HTTP ${status}): ${message}`, { [quirk]: reaction });
}

/** Should it be accepted, no more than so many percent of the requests meet it. */
const LITTLE = 1;

/** Writes that the action itself never sends. */
export const reactions: Check = {
  title: 'What is refused, and how',
  facts: ['percent-zero', 'version-twice', 'unknown-version', 'not-available', 'bound-elsewhere'],
  writes: true,
  cost: { writes: 7, reads: 12, probes: 0 },
  leftOut: always,
  run: async (bench) => {
    const found = [await percentZero(bench), await versionTwice(bench), await unknownVersion(bench)];
    const { unfinished, bound } = candidates(bench);
    found.push(
      unfinished === undefined
        ? unknown('not-available', 'the routine has no version that is not Available; --upload makes one')
        : await little(bench, 'not-available', unfinished, 'notAvailable'),
      bound === undefined
        ? unknown(
            'bound-elsewhere',
            'the routine has no version that is bound to the other environment; --upload makes one',
          )
        : await little(bench, 'bound-elsewhere', bound, 'boundElsewhere'),
    );
    await backToOne(bench);
    return found;
  },
};

async function backToOne({ deploy, settle, a }: Bench): Promise<void> {
  const split = [{ version: a, weight: 100 }];
  if ((await deploy(split)).kind === 'answer') await settle(split);
}

async function percentZero(bench: Bench): Promise<Finding> {
  const { deploy, settle, a, b } = bench;
  const fact = 'percent-zero';
  const half: readonly Share[] = [
    { version: a, weight: 50 },
    { version: b, weight: 50 },
  ];
  // Else nobody could tell it from what was live before.
  await deploy(half);
  await settle(half);
  const split = [
    { version: a, weight: 100 },
    { version: b, weight: 0 },
  ];
  const said = await deploy(split);
  if (said.kind !== 'answer') return accepted(fact, said, 'percentZero');
  const settled = await settle(split);
  if (settled === undefined) return told(fact, 'accepted, and not shown within 30 s', { percentZero: 'accepted' });
  const zeroShown = settled.look.split.length > 1;
  return told(fact, `accepted; the one at 0 % is ${zeroShown ? 'shown' : 'left out'}`, {
    percentZero: 'accepted',
    zeroShown,
  });
}

async function versionTwice({ deploy, a }: Bench): Promise<Finding> {
  const said = await deploy([
    { version: a, weight: 50 },
    { version: a, weight: 50 },
  ]);
  return accepted('version-twice', said, 'versionTwice');
}

/** Such a version there never was: its id would be of the year 2001. */
const UNKNOWN = '1000000000000000001';

async function unknownVersion(bench: Bench): Promise<Finding> {
  return little(bench, 'unknown-version', UNKNOWN, 'unknownVersion');
}

async function little({ deploy, a }: Bench, fact: FactId, version: string, quirk: Name): Promise<Finding> {
  const said = await deploy([
    { version: a, weight: 100 - LITTLE },
    { version, weight: LITTLE },
  ]);
  return accepted(fact, said, quirk);
}

function candidates({ listed, known, target: { env } }: Bench): {
  unfinished: string | undefined;
  bound: string | undefined;
} {
  const versions = listOf(memberOf(listed.json, 'CodeVersions')).map((one) => ({
    version: textOf(memberOf(one, 'CodeVersion')) ?? '',
    status: textOf(memberOf(one, 'Status')) ?? '',
    boundTo: textOf(memberOf(one, 'DeployEnv')) ?? '',
  }));
  const isAvailable = (status: string) => status.toLowerCase() === 'available';
  return {
    unfinished: known.unfinished ?? versions.find(({ status }) => status !== '' && !isAvailable(status))?.version,
    bound:
      known.bound ??
      versions.find(
        ({ status, boundTo }) => (status === '' || isAvailable(status)) && boundTo !== '' && boundTo !== env,
      )?.version,
  };
}
