import { describe, expect, test } from '@jest/globals';
import { runStep } from '../../scripts/runner.js';
import { forms } from '../support/action/leaks-scene.js';
import { entry, everyOutput, node24, SHORT_PAUSES } from '../support/action/stage.js';
import { answering, type Listening } from '../support/network/listening.js';

/**
 * An ESA whose answers are well formed, and give back what they were sent where an id, a date or a word should stand.
 */
const OLD = '1766590022381161013';
const NEW = '1766590022381161014';
type Path = readonly (string | number)[];
const MEMBERS: Readonly<Record<string, readonly Path[]>> = {
  GetRoutine: [
    ['RequestId'],
    ['Envs', 0, 'Env'],
    ['Envs', 0, 'CodeVersion'],
    ['Envs', 1, 'Env'],
    ['Envs', 1, 'CodeDeploy', 'DeployId'],
    ['Envs', 1, 'CodeDeploy', 'CreationTime'],
    ['Envs', 1, 'CodeDeploy', 'CodeVersions', 0, 'CodeVersion'],
    ['Envs', 1, 'CodeDeploy', 'CodeVersions', 0, 'Percentage'],
    ['Envs', 1, 'CodeDeploy', 'CodeVersions', 0, 'Description'],
    ['Envs', 1, 'CodeDeploy', 'CodeVersions', 0, 'CreateTime'],
  ],
  ListRoutineCodeVersions: [
    ['RequestId'],
    ['TotalCount'],
    ['CodeVersions', 0, 'CodeVersion'],
    ['CodeVersions', 0, 'CodeDescription'],
    ['CodeVersions', 0, 'CreateTime'],
    ['CodeVersions', 0, 'Status'],
    ['CodeVersions', 0, 'DeployEnv'],
  ],
  CreateRoutineCodeDeployment: [['RequestId'], ['DeploymentId']],
};

interface Written {
  readonly id: string;
  readonly shares: readonly { CodeVersion: string; Percentage: number }[];
}

function answerTo(action: string, { id, shares }: Written): unknown {
  const CreateTime = '2026-01-01T00:00:00Z';
  const known = [NEW, OLD].map((CodeVersion) => ({
    CodeVersion,
    CodeDescription: 'd',
    CreateTime,
    Status: 'Available',
  }));
  const CodeVersions = shares.map((share) => ({ ...share, Description: 'd', CreateTime }));
  const answers: Readonly<Record<string, unknown>> = {
    GetRoutine: {
      RequestId: 'A-1',
      Envs: [
        { Env: 'staging', CodeVersion: '', CodeDeploy: null },
        { Env: 'production', CodeVersion: '', CodeDeploy: { DeployId: id, CreationTime: CreateTime, CodeVersions } },
      ],
    },
    ListRoutineCodeVersions: {
      RequestId: 'A-2',
      TotalCount: 2,
      CodeVersions: known.map((one) => ({ ...one, DeployEnv: '' })),
    },
    CreateRoutineCodeDeployment: { RequestId: 'A-3', DeploymentId: id },
  };
  return answers[action];
}

function planted(answer: unknown, path: Path, text: string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return text;
  if (Array.isArray(answer)) return answer.map((item, at) => (at === name ? planted(item, rest, text) : item));
  const known = answer as Record<string, unknown>;
  return { ...known, [name]: planted(known[name], rest, text) };
}

async function echoAt(place: { action: string; path: Path } | 'header', text?: string): Promise<Listening> {
  let live: Written = { id: '1766590022381161099', shares: [{ CodeVersion: OLD, Percentage: 100 }] };
  return answering((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.once('end', () => {
      const action = String(request.headers['x-acs-action']);
      const token = text ?? String(request.headers['x-acs-security-token']);
      const sent = new URLSearchParams(body).get('CodeVersions');
      if (sent !== null) live = { id: `${BigInt(live.id) + 1n}`, shares: JSON.parse(sent) };
      const answer = answerTo(action, live);
      const told = place !== 'header' && place.action === action ? planted(answer, place.path, token) : answer;
      response.setHeader('x-acs-request-id', place === 'header' ? token : 'A-9');
      // Reads of the header's RequestId are those of pages and of answers that are not understood.
      if (place === 'header' && action === 'GetRoutine') response.writeHead(403).end('no');
      else response.end(JSON.stringify(told));
    });
  });
}

const places = Object.entries(MEMBERS).flatMap(([action, paths]) => paths.map((path) => ({ action, path })));

describe.each([
  ['as tokens are', 'CAIS/long+token==&x'],
  ['that looks like a word', 'CAISlooksLikeAnId0123456789'],
  ['that looks like a version', '1766590022381169999'],
])('a session token %s', (_, token) => {
  test.concurrent.each([
    ...places.map((place) => [`${place.action} ${place.path.join('.')}`, place] as const),
    ['a header', 'header'] as const,
  ])('in %s stands nowhere in what a run leaves', async (_name, place) => {
    await using service = await echoAt(place);
    const inputs = {
      routine: 'hello',
      env: 'production',
      'access-key-id': 'LTAI5tLeakLeakLeak',
      'access-key-secret': 'a-secret-of-this-test',
      'security-token': token,
      'api-timeout': '2s',
      canary: NEW,
      steps: '50%, 100%',
      endpoint: service.url,
      // An environment that is another after all is looked for until it shows, which is not what is told here.
      'dry-run': place !== 'header' && place.path.at(-1) === 'Env' ? 'true' : '',
    };
    const result = await runStep({ entry, node: node24, inputs, env: { RUNNER_DEBUG: '1', ...SHORT_PAUSES } });
    everyOutput(result);
    expect(result.log).not.toContain('fault in the action');
    const left = result.log.replace(/^::add-mask::.*$/gm, '') + result.summary + result.files;
    expect(forms(token).filter((form) => left.includes(form))).toEqual([]);
    // Nor is what stands in its place taken for an id.
    for (const name of ['deployment-id', 'request-id', 'canary', 'stable', 'previous-deployment-id'])
      expect(result.outputs[name]).toMatch(/^[\w-]*$/);
  });
});

test('the places of this test are such that a good answer there deploys', async () => {
  await using service = await echoAt({ action: 'none', path: [] });
  const key = {
    'access-key-id': 'LTAI5tLeakLeakLeak',
    'access-key-secret': 'a-secret-of-this-test',
    'security-token': 'x',
  };
  const inputs = {
    routine: 'hello',
    env: 'production',
    canary: NEW,
    steps: '50%, 100%',
    endpoint: service.url,
    ...key,
  };
  const result = await runStep({ entry, node: node24, inputs });
  expect(result.outputs).toMatchObject({
    outcome: 'promoted',
    'request-id': 'A-3',
    'deployment-id': '1766590022381161101',
  });
});

test.each(['17,18', '1 7', 'x'.repeat(65), '../../17', '17=18'])(
  '%s is no id of a deployment or a version',
  async (text) => {
    const key = { 'access-key-id': 'id', 'access-key-secret': 'the-secret' };
    for (const member of [['DeployId'], ['CodeVersions', 0, 'CodeVersion']]) {
      await using service = await echoAt({ action: 'GetRoutine', path: ['Envs', 1, 'CodeDeploy', ...member] }, text);
      const inputs = { routine: 'hello', env: 'production', versions: NEW, endpoint: service.url, ...key };
      const result = await runStep({ entry, node: node24, inputs, env: SHORT_PAUSES });
      expect(result.outputs).toMatchObject({ outcome: 'failed', changed: 'false', 'deployment-id': '' });
      expect(result.outputs['reason']).toContain('AnswerNotUnderstood');
    }
  },
);
