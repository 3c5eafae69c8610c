import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../../contract/options.js';
import { LONGEST_RUN, plannedChecks } from '../../contract/plan.js';
import { markdownOf } from '../../contract/report.js';
import { randomFrom } from '../../emulator/chance.js';
import { deploy } from '../../emulator/emulator.js';
import type { Quirks } from '../../emulator/quirks.js';
import { succeeded } from '../../src/rollout/result.js';
import { contractWorld, onScene, type Scene, SECRET } from '../support/contract/virtual-run.js';

const WITHOUT_EDGE = ['--only', 'version-order,read-after-write,redeploy,percent-zero,publish', '--publish'];
const keys = { accessKeyId: 'emulator-key-id', accessKeySecret: SECRET, securityToken: undefined };

const staging = ({ world }: Pick<Scene, 'world'>) => world.routines['hello']?.environments.staging;
const liveText = (scene: Pick<Scene, 'world'>) => JSON.stringify(staging(scene)?.current?.codeVersions);
const stateOf = ({ folder }: Scene) => join(folder, 'state.json');
const writesOf = ({ emulator }: Scene) =>
  emulator.requests.filter(({ action }) => /CreateRoutineCodeDeployment|Publish/.test(action)).length;

/** Keys that are asked for before each call: the process is gone at the call of that number. */
function killedAt(call: number) {
  let calls = 0;
  let dead: () => void = () => {};
  const died = new Promise<void>((done) => {
    dead = done;
  });
  const keysUntil = async () => {
    calls += 1;
    if (calls < call) return succeeded(keys);
    dead();
    return new Promise<never>(() => {});
  };
  return { keys: keysUntil, died };
}

const LAGGING: Partial<Quirks> = { lagReads: 2, redeploy: 'refused', deploymentIdDiffers: true };
const ODD: Partial<Quirks> = {
  percentZero: 'accepted',
  versionTwice: 'accepted',
  unknownVersion: 'accepted',
  publishFillsCodeDeploy: false,
  omitDeploymentId: true,
};

test.each([3, 4, 5, 6, 7, 8])(
  'killed at call %i about a publication alone: it is put right by the next run',
  async (call) => {
    await onScene(contractWorld({}), async (scene) => {
      const before = liveText(scene);
      const { died, ...killed } = killedAt(call);
      await Promise.race([scene.check(['--only', 'publish', '--publish'], killed), died]);
      const { restored } = await scene.check(['--restore']);
      expect([restored, liveText(scene), existsSync(stateOf(scene))]).toEqual([true, before, false]);
    });
  },
);

describe.each([
  ['as assumed', {}],
  ['lagging', LAGGING],
  ['that takes everything', ODD],
] as const)('a service %s', (_, quirks) => {
  test.each([1, 3, 5, 6, 7, 9, 10, 11, 12, 14, 23, 40, 57, 64, 70])(
    'killed at call %i: the next run puts back what was live',
    async (call) => {
      await onScene(contractWorld(quirks), async (scene) => {
        const before = liveText(scene);
        const { died, ...killed } = killedAt(call);
        await Promise.race([scene.check([...WITHOUT_EDGE, '--upload'], killed), died]);
        const { restored } = await scene.check(['--restore']);
        expect([restored, liveText(scene), existsSync(stateOf(scene))]).toEqual([true, before, false]);
        expect(scene.world.routines['hello']?.versions).toHaveLength(5);
      });
    },
  );

  test.each([4, 8, 15, 33, 61])(
    'interrupted at call %i: puts back what was live, and says so as read back',
    async (call) => {
      await onScene(contractWorld(quirks), async (scene) => {
        const before = liveText(scene);
        const controller = new AbortController();
        let calls = 0;
        const counting = async () => {
          calls += 1;
          if (calls === call) controller.abort();
          return succeeded(keys);
        };
        const { restored } = await scene.check(WITHOUT_EDGE, { keys: counting, interrupted: controller.signal });
        expect([restored, liveText(scene), existsSync(stateOf(scene))]).toEqual([true, before, false]);
        expect(scene.said.at(-1)).toMatch(
          /^Restored, as read back: staging serves \d+ at 100 %\.$|^Nothing was written/,
        );
      });
    },
  );
});

test('interrupted before anything was asked: it ends at once, and nothing was begun', async () => {
  await onScene(contractWorld(), async (scene) => {
    const interrupted = AbortSignal.abort();
    await expect(scene.check([], { interrupted })).rejects.toMatchObject({ advice: 'Nothing was begun.' });
    expect([writesOf(scene), existsSync(stateOf(scene))]).toEqual([0, false]);
  });
});

test.each(Array.from({ length: 15 }, (_, seed) => seed))(
  'whatever the network does (%i), what was live is put back',
  async (seed) => {
    await onScene(contractWorld(seed % 2 === 0 ? {} : LAGGING), async (scene) => {
      const random = randomFrom(seed + 1);
      const before = liveText(scene);
      const kinds = [
        { kind: 'reset' },
        { kind: 'lost' },
        { kind: 'html', status: 502 },
        { kind: 'error', code: 'InternalError' },
      ] as const;
      const operations = ['GetRoutine', 'CreateRoutineCodeDeployment'] as const;
      let calls = 0;
      const stormy = async () => {
        calls += 1;
        const effect = kinds[Math.floor(random() * kinds.length)];
        const operation = operations[Math.floor(random() * operations.length)];
        if (calls > 3 && random() < 0.2 && effect !== undefined && operation !== undefined)
          scene.emulator.script({ operation, effect });
        return succeeded(keys);
      };
      await scene.check(WITHOUT_EDGE, { keys: stormy });
      // Where the storm kept on to the end, the next run finds out.
      for (let run = 0; run < 20 && existsSync(stateOf(scene)); run += 1)
        await scene.check(['--restore']).catch(() => {});
      expect([liveText(scene), existsSync(stateOf(scene))]).toEqual([before, false]);
      expect(scene.said.join('\n')).not.toMatch(/\n\s+at /);
    });
  },
);

/** Somebody else deploys as the call of that number is about to be sent. */
async function withStranger(scene: Scene, call: number, args: readonly string[]) {
  const [, , third = ''] = scene.world.routines['hello']?.versions.map(({ codeVersion }) => codeVersion) ?? [];
  const shares = [
    { codeVersion: third, percentage: 73 },
    { codeVersion: '17', percentage: 27 },
  ];
  let calls = 0;
  const watched = async () => {
    calls += 1;
    if (calls === call) deploy(scene.world, 'hello', 'staging', shares, scene.clock.now());
    return succeeded(keys);
  };
  const conducted = await scene.check(args, { keys: watched });
  // Between a read and the write that follows it nobody can look.
  return { conducted, unseen: scene.emulator.requests[call - 1]?.action === 'CreateRoutineCodeDeployment' };
}

const EVERY_CALL = Array.from({ length: 68 }, (_, index) => index + 3);

test.each(EVERY_CALL)('what somebody else deploys at call %i is left alone', async (call) => {
  await onScene(contractWorld(), async (scene) => {
    const { conducted, unseen } = await withStranger(scene, call, WITHOUT_EDGE);
    if (unseen) return;
    expect([conducted.complete, conducted.restored, staging(scene)?.current?.by]).toEqual([
      false,
      false,
      'somebody else',
    ]);
    expect(scene.said.join('\n')).toMatch(/Somebody else has deployed to staging (?:meanwhile|since): /);
    expect(existsSync(stateOf(scene))).toBe(false);
  });
});

test('a second run elsewhere by the same versions is somebody else, who sends the same splits', async () => {
  await onScene(contractWorld(), async (scene) => {
    let calls = 0;
    const watched = async () => {
      calls += 1;
      const now = staging(scene)?.current?.codeVersions;
      // What is live is deployed again.
      if (calls === 25 && now !== undefined) deploy(scene.world, 'hello', 'staging', now, scene.clock.now());
      return succeeded(keys);
    };
    const { complete } = await scene.check(WITHOUT_EDGE, { keys: watched });
    expect([complete, staging(scene)?.current?.by]).toEqual([false, 'somebody else']);
  });
});

test('whoever deploys while consent is asked for is left alone', async () => {
  await onScene(contractWorld(), async (scene) => {
    const consent = async () => {
      deploy(scene.world, 'hello', 'staging', [{ codeVersion: '18', percentage: 100 }], scene.clock.now());
      return true;
    };
    const { complete } = await scene.check(WITHOUT_EDGE, { consent });
    expect([complete, writesOf(scene), scene.said.at(-1)]).toEqual([false, 0, 'Nothing was written to staging.']);
  });
});

test('a version at 0 % is put back by being left out, since a service may show what it does not take', async () => {
  await onScene(contractWorld(), async (scene) => {
    const [first = '', second = ''] =
      scene.world.routines['hello']?.versions.map(({ codeVersion }) => codeVersion) ?? [];
    const shares = [
      { codeVersion: first, percentage: 100 },
      { codeVersion: second, percentage: 0 },
    ];
    deploy(scene.world, 'hello', 'staging', shares, scene.clock.now());
    const { restored, complete } = await scene.check(WITHOUT_EDGE);
    expect([restored, complete, liveText(scene)]).toEqual([true, true, JSON.stringify(shares.slice(0, 1))]);
  });
});

test('nothing is written while two versions are live: somebody may be rolling out', async () => {
  await onScene(contractWorld(), async (scene) => {
    const shares = ['17', '18'].map((codeVersion) => ({ codeVersion, percentage: 50 }));
    deploy(scene.world, 'hello', 'staging', shares, scene.clock.now());
    const { complete } = await scene.check([]);
    expect([complete, writesOf(scene)]).toEqual([true, 0]);
    expect(scene.said.join('\n')).toContain('It will write nothing');
  });
});

test('nothing is written without consent, nor where nothing is live', async () => {
  await onScene(contractWorld(), async (scene) => {
    const { findings } = await scene.check([], { consent: async () => false });
    expect([findings, writesOf(scene)]).toEqual([undefined, 0]);
    expect(scene.said.at(-1)).toBe('Nothing was done. Type "staging" when you are asked, or give --yes.');
    const { restored } = await scene.check(['--env', 'production']);
    expect([restored, writesOf(scene)]).toEqual([true, 0]);
    expect(scene.said.join('\n')).toContain('It will write nothing');
  });
});

test('says at least what it does, and is never faster than it says', async () => {
  await onScene(contractWorld({ edgeDelay: 3_000 }), async (scene) => {
    await scene.check(['--publish', '--upload']);
    const read = readOptions(['--routine', 'hello', '--publish', '--upload']);
    if (!read.ok || read.value === 'help') throw new Error('no options');
    const { cost } = plannedChecks(read.value, true);
    expect(writesOf(scene)).toBeLessThanOrEqual(cost.writes);
    expect(scene.emulator.requests.length - writesOf(scene)).toBeLessThanOrEqual(cost.reads);
    const probes = Object.values(scene.emulator.edgeStats.requests).reduce((sum, count) => sum + count, 0);
    expect(probes).toBeLessThanOrEqual(cost.probes);
    const times = scene.emulator.requests.map(({ at }) => at);
    const crowded = times.filter((at, index) => at - (times[index - 2] ?? Number.NEGATIVE_INFINITY) < 1_000);
    expect(crowded).toEqual([]);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(LONGEST_RUN + 60_000);
  });
});

test('a report holds no secret, name or id, whatever the service echoes', async () => {
  const message = `no: ${SECRET} of acs:ram::1234567890123456:role/deployer at hello 1795035600000314159 10.1.2.3 someone@example.com`;
  const refusal = { code: 'InvalidParameter', status: 400, message };
  const quirks = { percentZero: refusal, versionTwice: refusal, unknownVersion: refusal, boundElsewhere: refusal };
  await onScene(contractWorld(quirks), async (scene) => {
    const report = scene.reported(await scene.check([]));
    const text = JSON.stringify(report) + markdownOf(report);
    expect(text).toContain('no: *** of <arn> at <ROUTINE> <A> <ip> <mail>');
    for (const hidden of [SECRET, 'hello', 'deployer', 'example.com', '10.1.2.3', 'emulator-key-id'])
      expect(text).not.toContain(hidden);
    expect(text).not.toMatch(/\d{7}/);
  });
});

test('state that cannot be read ends it with advice, and is left there', async () => {
  await onScene(contractWorld(), async (scene) => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(stateOf(scene), '{"routine":"hello"}');
    await expect(scene.check([])).rejects.toThrow(/cannot be read/);
    expect(readFileSync(stateOf(scene), 'utf8')).toBe('{"routine":"hello"}');
    expect(writesOf(scene)).toBe(0);
  });
});
