import { formOf, listOf, memberOf, textOf } from '../answers.js';
import { always, type Bench, type Check } from '../bench.js';
import { type Finding, strange, told, unknown } from '../finding.js';

/** What two answers tell that are read anyway, and two more calls. */
export const reading: Check = {
  title: 'What is shown before anything is written',
  facts: [
    'empty-environment',
    'code-version-type',
    'create-times',
    'version-status',
    'total-count',
    'list-order',
    'date-header',
    'query-and-body',
  ],
  writes: false,
  cost: { writes: 0, reads: 2, probes: 0 },
  leftOut: always,
  run: async (bench) => [
    neverDeployed(bench.first.routine),
    codeVersionType(bench),
    ...listing(bench),
    dateHeader(bench),
    await queryAndBody(bench),
  ],
};

function neverDeployed(routine: unknown): Finding {
  const fact = 'empty-environment';
  const envs = memberOf(routine, 'Envs');
  if (envs === undefined) return told(fact, 'no `Envs` at all', { neverDeployed: 'no-envs' });
  const entries = ['staging', 'production'].map((env) => listOf(envs).find((one) => memberOf(one, 'Env') === env));
  const forms = entries.filter((entry) => !isDeployed(entry)).map(formOfUndeployed);
  const [form] = forms;
  if (form === undefined)
    return unknown(fact, 'both environments of this routine have been deployed to; a new routine would tell');
  if (form === 'strange') return strange(fact, 'an entry of a form that is not known');
  const seen = { 'no-env': 'no entry in `Envs`', 'no-code-deploy': 'an entry without `CodeDeploy`' };
  return told(fact, form === 'no-code-versions' ? '`CodeDeploy` without `CodeVersions`' : seen[form], {
    neverDeployed: form,
  });
}

function isDeployed(entry: unknown): boolean {
  const version = textOf(memberOf(entry, 'CodeVersion')) ?? '';
  return listOf(memberOf(entry, 'CodeDeploy', 'CodeVersions')).length > 0 || version !== '';
}

function formOfUndeployed(entry: unknown): 'no-env' | 'no-code-deploy' | 'no-code-versions' | 'strange' {
  if (entry === undefined) return 'no-env';
  const deploy = memberOf(entry, 'CodeDeploy');
  if (deploy === undefined) return 'no-code-deploy';
  return formOf(deploy) === 'an object' && memberOf(deploy, 'CodeVersions') === undefined
    ? 'no-code-versions'
    : 'strange';
}

/** All versions that are shown in both answers. */
function shownVersions({ first, listed }: Bench): readonly unknown[] {
  const deployed = listOf(memberOf(first.entry, 'CodeDeploy', 'CodeVersions'));
  return [...deployed, ...listOf(memberOf(listed.json, 'CodeVersions'))];
}

function codeVersionType(bench: Bench): Finding {
  const forms = new Set(shownVersions(bench).map((one) => formOf(memberOf(one, 'CodeVersion'))));
  const [form] = forms;
  if (forms.size === 1 && (form === 'a string' || form === 'a number'))
    return told('code-version-type', form, { numericCodeVersion: form === 'a number' });
  return strange('code-version-type', [...forms].toSorted().join(' and '));
}

function listing(bench: Bench): readonly Finding[] {
  const listed = listOf(memberOf(bench.listed.json, 'CodeVersions'));
  const have = (versions: readonly unknown[], name: string) =>
    new Set(versions.map((one) => memberOf(one, name) !== undefined));
  const times = have(shownVersions(bench), 'CreateTime');
  const statuses = have(listed, 'Status');
  const words = new Set(
    listed.map((one) => textOf(memberOf(one, 'Status')) ?? '').filter((word) => /^\w{1,20}$/.test(word)),
  );
  const some = 'of some only';
  return [
    times.size === 1
      ? told('create-times', times.has(true) ? 'present' : 'absent', { omitCreateTimes: !times.has(true) })
      : strange('create-times', some),
    statuses.size === 1
      ? told('version-status', [...words].toSorted().join(', ') || 'absent', { omitStatus: !statuses.has(true) })
      : strange('version-status', some),
    totalCount(memberOf(bench.listed.json, 'TotalCount')),
    listOrder(listed),
  ];
}

function totalCount(total: unknown): Finding {
  if (total === undefined) return told('total-count', 'absent', { omitTotalCount: true });
  return /^[0-9]{1,9}$/.test(textOf(total) ?? '')
    ? told('total-count', formOf(total), { omitTotalCount: false })
    : strange('total-count', formOf(total));
}

function listOrder(listed: readonly unknown[]): Finding {
  const fact = 'list-order';
  const times = listed.map((one) => Date.parse(textOf(memberOf(one, 'CreateTime')) ?? ''));
  // The ids are times too, as far as is known.
  const keys = times.some(Number.isNaN) ? listed.map((one) => Number(textOf(memberOf(one, 'CodeVersion')))) : times;
  const steps = keys.slice(1).map((key, index) => Math.sign(key - (keys[index] ?? Number.NaN)));
  const [rises, falls] = [steps.includes(1), steps.includes(-1)];
  if (rises === falls)
    return rises ? strange(fact, 'neither by age nor against it') : unknown(fact, 'too few versions are listed');
  return told(fact, falls ? 'the newest first' : 'the oldest first', { oldestFirst: rises });
}

function dateHeader({ first: { said } }: Bench): Finding {
  if (said.date === undefined) return told('date-header', 'absent, or no date', { dateHeader: 'none' });
  const ahead = Math.round((said.date - said.at) / 1_000);
  const where =
    Math.abs(ahead) <= 1 ? 'the same time as ours' : `${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} ours`;
  return told('date-header', `present, ${where}`, { dateHeader: 'clock' });
}

async function queryAndBody({ target: { api, routine } }: Bench): Promise<Finding> {
  const fact = 'query-and-body';
  const byQuery = await api.ask('GetRoutine', { query: { Name: routine } });
  if (byQuery.kind === 'lost') return unknown(fact, 'the answer was lost');
  if (byQuery.kind === 'refused') {
    const isMissing = /^Missing|^InvalidParameter|^ParameterNotExist|^RoutineNotExist/.test(byQuery.code);
    if (!isMissing) return unknown(fact, `refused as ${byQuery.code}`);
    return told(fact, `the body alone; a query is refused as ${byQuery.code}`, { parameterPlaces: 'body' });
  }
  const mixed = await api.ask('ListRoutineCodeVersions', {
    query: { Name: routine },
    body: { PageSize: '1', PageNumber: '1' },
  });
  if (mixed.kind === 'lost') return unknown(fact, 'the answer was lost');
  if (mixed.kind === 'refused') return strange(fact, `each alone; both in one request are refused as ${mixed.code}`);
  const isOne = listOf(memberOf(mixed.json, 'CodeVersions')).length <= 1;
  return isOne
    ? told(fact, 'both, also in one request', { parameterPlaces: 'query-and-body' })
    : strange(fact, 'each alone; of both in one request the query counts');
}
