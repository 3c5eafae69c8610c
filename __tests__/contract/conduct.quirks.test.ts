import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../contract/checks/checks.js';
import { FACTS } from '../../contract/facts.js';
import { randomFrom } from '../../emulator/chance.js';
import { FACT_QUIRKS } from '../../emulator/facts.js';
import { defaultQuirks, type Quirks } from '../../emulator/quirks.js';
import { contractWorld, onScene } from '../support/contract/virtual-run.js';

/** That the check tells each fact right is tested by an emulator that answers in every way that it can. */

const REFUSAL = { code: 'CodeVersion.Refused', status: 409, message: 'This may not be.' };
const SAMPLES = {
  count: [0, 2],
  code: ['Throttling.User', 'Throttling.Api', 'FlowControl'],
  reaction: ['accepted', 'refused', REFUSAL],
} as const;

const BASE: Partial<Quirks> = { ...defaultQuirks, versionHeader: false };

/** The values that it can have, or some of them. */
function valuesOf(name: keyof typeof FACT_QUIRKS): readonly unknown[] {
  if (name === 'edgeDelay') return [0, 4_000];
  if (name === 'requestsPerSecond') return [0, 6];
  if (name === 'redeploy') return [...SAMPLES.reaction, 'same-deployment'];
  const allowed = FACT_QUIRKS[name];
  return typeof allowed === 'string' ? SAMPLES[allowed] : allowed;
}

/** One run has them all at what is assumed, so each is tried at the others alone. */
const othersOf = (name: keyof typeof FACT_QUIRKS) => valuesOf(name).filter((value) => value !== BASE[name]);

const NAMES = Object.keys(FACT_QUIRKS) as (keyof typeof FACT_QUIRKS)[];
const EDGE = ['version-header', 'edge-delay', 'routing'];

/** What a report has to say of a world with these quirks, name by name; undefined where it cannot be told. */
function expected(name: keyof typeof FACT_QUIRKS, quirks: Partial<Quirks>): unknown {
  const value = { ...BASE, ...quirks }[name];
  if (name === 'zeroShown' && quirks.percentZero !== 'accepted') return undefined;
  if (name === 'throttlingCode' && !quirks.requestsPerSecond) return undefined;
  if (name === 'deploymentIdDiffers' && quirks.omitDeploymentId) return undefined;
  if (name === 'numericDeploymentId' && quirks.omitDeploymentId) return undefined;
  // Which versions are not finished is told by their Status alone.
  if (name === 'notAvailable' && quirks.omitStatus) return undefined;
  // A routine that is live somewhere shows a list either way.
  if (name === 'neverDeployed' && value === 'no-envs') return 'no-env';
  if (value === 'refused') return expect.objectContaining({ code: 'InvalidParameter', status: 400 });
  // Counted over five seconds, and the bucket is full at first.
  if (name === 'requestsPerSecond' && value) return expect.closeTo(Number(value), 0);
  return value;
}

async function reportedQuirks(quirks: Partial<Quirks>, args: readonly string[]) {
  let found: Partial<Quirks> = {};
  await onScene(contractWorld(quirks), async ({ check, reported, world, said }) => {
    world.logs = { project: 'project', logstore: 'logs' };
    const rows = { RoutineName: 'hello', ErrorCode: '0', ResponseStatus: '200' };
    const readLogs = async () => [world.quirks.logsWithoutVersion ? rows : { ...rows, CodeVersion: '17' }];
    const before = world.routines['hello']?.environments.staging.current?.codeVersions;
    const [older, newer] = world.routines['hello']?.versions.map(({ codeVersion }) => codeVersion) ?? [];
    const asked = ['--versions', `${older},${newer}`, '--publish', '--rate', '--logs', 'project/logs'];
    const conducted = await check([...asked, ...args], { readLogs });
    expect(said.filter((line) => line.startsWith('Stopped'))).toEqual([]);
    expect(conducted.restored).toBe(true);
    expect(world.routines['hello']?.environments.staging.current?.codeVersions).toEqual(before);
    found = reported(conducted).quirks;
  });
  return found;
}

/** The two quirks that are of one fact go together. */
const COMPANIONS: Partial<Record<keyof Quirks, Partial<Quirks>>> = {
  zeroShown: { percentZero: 'accepted' },
  throttlingCode: { requestsPerSecond: 6 },
};

const factOf = (name: string) => FACTS.find(({ quirks }) => (quirks as readonly string[]).includes(name))?.id ?? '';

describe.each(NAMES)('the quirk %s', (name) => {
  test.each(othersOf(name).map((value) => [value]))('is told where it is %j', async (value) => {
    const quirks = { ...COMPANIONS[name], [name]: value } as Partial<Quirks>;
    // Four hundred requests to the edge are left out where they tell nothing of it.
    const checks = CHECKS.filter(
      ({ facts }) => facts.some((fact) => EDGE.includes(fact)) === EDGE.includes(factOf(name)),
    );
    const found = await reportedQuirks(quirks, ['--only', checks.flatMap(({ facts }) => facts).join(',')]);
    const told = NAMES.filter((one) => checks.some(({ facts }) => (facts as readonly string[]).includes(factOf(one))));
    for (const one of told) expect([one, found[one]]).toEqual([one, expected(one, quirks)]);
  });
});

test('a service that does as assumed is told to do so', async () => {
  const found = await reportedQuirks({}, []);
  for (const name of NAMES) expect([name, found[name]]).toEqual([name, expected(name, {})]);
});

const RANDOM_SETS = Number(process.env['CONTRACT_SETS'] ?? 8);

test.each(Array.from({ length: RANDOM_SETS }, (_, seed) => seed))('the random set %i is told whole', async (seed) => {
  const random = randomFrom(seed + 1);
  const quirks: Record<string, unknown> = {};
  for (const name of NAMES) {
    const values = valuesOf(name);
    quirks[name] = values[Math.floor(random() * values.length)];
  }
  const found = await reportedQuirks(quirks, []);
  for (const name of NAMES) {
    expect([seed, name, found[name]]).toEqual([seed, name, expected(name, quirks)]);
  }
});
