import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { commitOf } from '../../src/github/commit.js';

const kept = { ...process.env };
let folder = '';
let sha = '';

const git = (...asked: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...asked], { encoding: 'utf8' });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'Merge 3f2a9c0 into 4f2a91c\n\nBecause.');
  sha = git('rev-parse', 'HEAD').trim();
  Object.assign(process.env, { GITHUB_SHA: sha, GITHUB_REPOSITORY: 'octo/hello', GITHUB_REF_NAME: '7/merge' });
  process.env['GITHUB_HEAD_REF'] = 'italian';
  process.env['GITHUB_EVENT_PATH'] = join(folder, 'event.json');
  event({ pull_request: {} });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
  Object.assign(process.env, kept);
});

function event(content: unknown): void {
  writeFileSync(join(folder, 'event.json'), JSON.stringify(content));
}

test('of a push is what the runner hands over', () => {
  event({ head_commit: { id: sha, message: 'Greet' } });
  delete process.env['GITHUB_HEAD_REF'];
  expect(commitOf(folder)).toEqual({ id: sha, message: 'Greet', branch: '7/merge', repository: 'octo/hello' });
});

test('of anything else is what the checkout says of the same commit', () => {
  const message = 'Merge 3f2a9c0 into 4f2a91c\n\nBecause.\n\n';
  expect(commitOf(folder)).toEqual({ id: sha, message, branch: 'italian', repository: 'octo/hello' });
  event({ head_commit: { id: 'b'.repeat(40), message: 'another' } });
  expect(commitOf(folder).message).toBe(message);
});

test('has a message without the signature that a setting shows in every log', () => {
  const gpg = join(folder, 'gpg');
  const signs = '#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED D" >&2\necho signature\n';
  writeFileSync(gpg, signs, { mode: 0o755 });
  git('-c', `gpg.program=${gpg}`, 'commit', '-q', '-S', '--allow-empty', '-m', 'Signed');
  writeFileSync(gpg, '#!/bin/sh\ncat >/dev/null\necho "gpg: Signature made today" >&2\n', { mode: 0o755 });
  git('config', 'gpg.program', gpg);
  git('config', 'log.showSignature', 'true');
  process.env['GITHUB_SHA'] = git('rev-parse', 'HEAD').trim();
  expect(commitOf(folder).message).toBe('Signed\n\n');
});

test('has no message where none is to be had: no checkout, or a shallow one of another commit', () => {
  expect(commitOf(tmpdir())).toMatchObject({ id: sha, message: '' });
  expect(commitOf(join(folder, 'missing'))).toMatchObject({ id: sha, message: '' });
  process.env['GITHUB_SHA'] = 'c'.repeat(40);
  expect(commitOf(folder)).toMatchObject({ id: 'c'.repeat(40), message: '' });
  process.env['GITHUB_SHA'] = '--output=x';
  expect(commitOf(folder).message).toBe('');
});
