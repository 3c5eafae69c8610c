import type { Quirks } from '../../emulator/quirks.js';
import { formOf, memberOf, type Share, textOf } from '../answers.js';
import { always, type Bench, type Check } from '../bench.js';
import { type Finding, strange, told, unknown } from '../finding.js';
import type { Look } from '../live.js';
import { creationTime, deployIdTime } from './times.js';

const FACTS = [
  'deployment-id-type',
  'deployment-id-equality',
  'deploy-id-type',
  'deploy-id-time',
  'creation-time',
  'percentage-type',
  'version-order',
  'split-members',
] as const;

/** Four splits, so that each order that there may be shows itself. */
export const splits: Check = {
  title: 'What a split looks like',
  facts: FACTS,
  writes: true,
  cost: { writes: 4, reads: 4 * 4, probes: 0 },
  leftOut: always,
  run: async (bench) => {
    const made: Made[] = [];
    for (const split of splitsOf(bench)) {
      const said = await bench.deploy(split);
      if (said.kind === 'lost') return FACTS.map((fact) => unknown(fact, 'the answer to a write was lost'));
      if (said.kind === 'refused') return FACTS.map((fact) => unknown(fact, `a split was refused as ${said.code}`));
      const settled = await bench.settle(split);
      if (settled === undefined) return FACTS.map((fact) => unknown(fact, 'a split did not show within 30 s'));
      made.push({ split, answer: said.json, at: said.at, look: settled.look });
    }
    return findings(made, bench);
  },
};

interface Made {
  readonly split: readonly Share[];
  readonly answer: unknown;
  readonly at: number;
  readonly look: Look;
}

/** No two in a row are the same split in another order, which may be taken for no change at all. */
function splitsOf({ a, b }: Bench): readonly (readonly Share[])[] {
  const share = (version: string, weight: number) => ({ version, weight });
  return [
    [share(a, 10), share(b, 90)],
    [share(a, 90), share(b, 10)],
    [share(b, 90), share(a, 10)],
    [share(b, 10), share(a, 90)],
  ];
}

function findings(made: readonly Made[], bench: Bench): readonly Finding[] {
  const last = made.at(-1);
  if (last === undefined) return [];
  return [
    ...deploymentIds(made),
    deployIdType(made),
    deployIdTime(last.look, last.at),
    creationTime(last.look, last.at),
    percentageType(made),
    versionOrder(made, bench),
    splitMembers(made, bench),
  ];
}

function deploymentIds(made: readonly Made[]): readonly Finding[] {
  const [type, equality] = ['deployment-id-type', 'deployment-id-equality'] as const;
  const forms = new Set(made.map(({ answer }) => formOf(memberOf(answer, 'DeploymentId'))));
  const [form = ''] = forms;
  if (forms.size !== 1 || !['a string', 'a number', 'absent'].includes(form)) {
    const seen = [...forms].toSorted().join(' and ');
    return [strange(type, seen), unknown(equality, `DeploymentId is ${seen}`)];
  }
  const quirks = { numericDeploymentId: form === 'a number', omitDeploymentId: form === 'absent' };
  if (form === 'absent')
    return [told(type, form, { omitDeploymentId: true }), unknown(equality, 'there is no DeploymentId')];
  const equal = made.filter(({ answer, look }) => textOf(memberOf(answer, 'DeploymentId')) === look.deployId).length;
  return [
    told(type, form, quirks),
    equal === 0 || equal === made.length
      ? told(equality, equal === 0 ? 'another id' : 'the same id', { deploymentIdDiffers: equal === 0 })
      : strange(equality, `the same id in ${equal} of ${made.length} deployments`),
  ];
}

function deployIdType(made: readonly Made[]): Finding {
  const forms = new Set(made.map(({ look }) => formOf(memberOf(look.entry, 'CodeDeploy', 'DeployId'))));
  const [form = ''] = forms;
  return forms.size === 1 && (form === 'a string' || form === 'a number')
    ? told('deploy-id-type', form, { numericDeployId: form === 'a number' })
    : strange('deploy-id-type', [...forms].toSorted().join(' and '));
}

function percentageType(made: readonly Made[]): Finding {
  const shares = made.flatMap(({ look }) => memberOf(look.entry, 'CodeDeploy', 'CodeVersions') as readonly unknown[]);
  const forms = new Set(shares.map((share) => formOf(memberOf(share, 'Percentage'))));
  const [form = ''] = forms;
  return forms.size === 1 && (form === 'a string' || form === 'a number')
    ? told('percentage-type', form, { percentageAsString: form === 'a string' })
    : strange('percentage-type', [...forms].toSorted().join(' and '));
}

type Order = Quirks['versionOrder'];

function versionOrder(made: readonly Made[], { a }: Bench): Finding {
  const fact = 'version-order';
  const asked = made.map(({ split }) => split[0]?.version === a);
  const shown = made.map(({ look }) => look.split[0]?.version === a);
  const heavier = made.map(({ split }) => split.find(({ weight }) => weight > 50)?.version === a);
  const orders: Readonly<Record<Order, readonly boolean[]>> = {
    asked,
    reversed: asked.map((one) => !one),
    'heavier-first': heavier,
    'lighter-first': heavier.map((one) => !one),
    'older-first': made.map(() => true),
    'newer-first': made.map(() => false),
  };
  const order = (Object.keys(orders) as Order[]).find((name) => String(orders[name]) === String(shown));
  return order === undefined
    ? strange(fact, 'no order that is known')
    : told(fact, ORDERS[order], { versionOrder: order });
}

const ORDERS: Readonly<Record<Order, string>> = {
  asked: 'as they were sent',
  reversed: 'the other way round than they were sent',
  'heavier-first': 'the one with more requests first',
  'lighter-first': 'the one with fewer requests first',
  'older-first': 'the older first',
  'newer-first': 'the newer first',
};

type Members = Quirks['splitMembers'];

function splitMembers(made: readonly Made[], { a, b }: Bench): Finding {
  const fact = 'split-members';
  const shown = made.map(({ look }) => [
    textOf(memberOf(look.entry, 'CodeVersion')),
    textOf(memberOf(look.entry, 'CanaryCodeVersion')),
  ]);
  const pairs = made.map(({ split: [one, other] }) => {
    const [first, last] = [one?.version ?? '', other?.version ?? ''];
    const heavier = (one?.weight ?? 0) > 50 ? first : last;
    return { first, last, heavier, lighter: heavier === a ? b : a };
  });
  const members: Readonly<Record<Members, readonly (readonly (string | undefined)[])[]>> = {
    'heavier-lighter': pairs.map(({ heavier, lighter }) => [heavier, lighter]),
    'lighter-heavier': pairs.map(({ heavier, lighter }) => [lighter, heavier]),
    'heavier-heavier': pairs.map(({ heavier }) => [heavier, heavier]),
    'first-last': pairs.map(({ first, last }) => [first, last]),
    'last-first': pairs.map(({ first, last }) => [last, first]),
    none: pairs.map(() => [undefined, undefined]),
  };
  const found = (Object.keys(members) as Members[]).find((name) => String(members[name]) === String(shown));
  return found === undefined
    ? strange(fact, 'no rule that is known')
    : told(fact, MEMBERS[found], { splitMembers: found });
}

const MEMBERS: Readonly<Record<Members, string>> = {
  'heavier-lighter': 'the version with more requests, and the one with fewer',
  'lighter-heavier': 'the version with fewer requests, and the one with more',
  'heavier-heavier': 'the version with more requests, twice',
  'first-last': 'the version that was sent first, and the one that was sent last',
  'last-first': 'the version that was sent last, and the one that was sent first',
  none: 'absent',
};
