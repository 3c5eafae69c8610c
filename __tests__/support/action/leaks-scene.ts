import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Emulator } from '../../../emulator/emulator.js';
import type { StepResult } from '../../../scripts/runner.js';
import { answering, type Listening } from '../network/listening.js';
import { type OidcStage, onOidcStage } from './oidc-stage.js';
import { SHORT_PAUSES } from './stage.js';

/** Everything that a secret may be turned into on its way to a reader, worked out here a second time. */
export const forms = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  String(new URLSearchParams({ '': secret })).slice(1),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
];

export interface Scene {
  readonly stage: OidcStage;
  /** HOME, TMPDIR, RUNNER_TEMP and the workspace of the step. */
  readonly machine: string;
  /** What must not be found anywhere, beside what the stage knows by itself. */
  readonly secrets: string[];
  readonly run: (
    inputs?: Record<string, string>,
    env?: Record<string, string>,
    more?: Parameters<OidcStage['run']>[3],
  ) => Promise<StepResult>;
}

export const KEY = {
  'access-key-id': 'LTAI5tLeakLeakLeak',
  'access-key-secret': 'a/secret+with=signs&more',
  'security-token': 'CAIS/long+token==&x',
  'github-token': 'ghs_leakLeakLeakLeakLeakLeakLeak',
};

/** From here on the service knows the key. */
export function knowsKey({ world }: Emulator): void {
  const { 'access-key-id': accessKeyId, 'access-key-secret': accessKeySecret, 'security-token': securityToken } = KEY;
  world.credentials.push({ accessKeyId, accessKeySecret, securityToken });
}

/** A text that was cut may hold a part of a secret, which is enough to go on with. */
function holds(text: string, secret: string): boolean {
  if (secret.length <= PART) return text.includes(secret);
  for (let from = 0; from + PART <= secret.length; from += 4)
    if (text.includes(secret.slice(from, from + PART))) return true;
  return false;
}
const PART = 24;

/** Plays a scene, then looks at every byte that it left. */
export async function leaves(play: (scene: Scene) => Promise<void>): Promise<void> {
  const machine = mkdtempSync(join(tmpdir(), 'machine-'));
  for (const name of ['home', 'tmp', 'runner-temp', 'workspace']) mkdirSync(join(machine, name));
  try {
    await onOidcStage(async (stage) => {
      const secrets: string[] = Object.values(KEY);
      const results: StepResult[] = [];
      const run: Scene['run'] = async (inputs = {}, env = {}, more = {}) => {
        const at = (name: string) => join(machine, name);
        const places = {
          HOME: at('home'),
          TMPDIR: at('tmp'),
          RUNNER_TEMP: at('runner-temp'),
          GITHUB_WORKSPACE: at('workspace'),
        };
        const debug = { RUNNER_DEBUG: '1', DEBUG: '*' };
        const result = await stage.run(inputs, { ...debug, ...SHORT_PAUSES, ...places, ...env }, undefined, more);
        results.push(result);
        return result;
      };
      await play({ stage, machine, secrets, run });
      const { github, emulator } = stage;
      const signatures = emulator.requests.flatMap(
        ({ headers }) => /Signature=(\w+)/.exec(headers['authorization'] ?? '')?.[1] ?? [],
      );
      const sessions = emulator.world.credentials.flatMap((one) => [one.accessKeySecret, one.securityToken ?? '']);
      const all = [
        ...secrets,
        ...github.issued,
        github.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '',
        ...sessions,
        ...signatures,
      ];
      const known = [...new Set(all.filter((secret) => secret.length >= 8).flatMap(forms))];
      expect(results.length).toBeGreaterThan(0);
      for (const { log, summary, files } of results) {
        // What a mask says is taken out of the log by the runner, and this very line with it.
        const left = log.replace(/^::add-mask::.*$/gm, '') + summary + files;
        expect(known.filter((form) => holds(left, form))).toEqual([]);
      }
      // Nothing needs a file, so there is none.
      expect(
        readdirSync(machine, { recursive: true, withFileTypes: true }).filter(
          (entry) => entry.isFile() && !entry.name.startsWith('given-'),
        ),
      ).toEqual([]);
    });
  } finally {
    rmSync(machine, { recursive: true });
  }
}

/** Answers everything with everything that it was sent, in each form that a careless gateway may choose. */
export async function echoing(secrets: string[], status = 403): Promise<Listening> {
  const echo: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.once('end', () => {
      const echoed = secrets.flatMap(forms);
      secrets.push(/Signature=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      const sent = [
        request.headers.authorization ?? '',
        JSON.stringify(request.headers),
        body,
        decodeURIComponent(body.replaceAll('+', ' ')),
        ...echoed,
      ].join(' | ');
      response.writeHead(status, { 'x-acs-request-id': sent.slice(0, 2_000).replace(/[^ -~]/g, '') });
      response.end(JSON.stringify({ Code: 'Forbidden', RequestId: sent, Message: `you sent ${sent}` }));
    });
  };
  return answering(echo, undefined, { maxHeaderSize: 65_536 });
}
