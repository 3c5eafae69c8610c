import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { write } from '../support/esa/upload-stage.js';
import { answering } from '../support/network/listening.js';

const MEGABYTE = 1024 * 1024;
const built = (path: string) => JSON.stringify(resolve(import.meta.dirname, '../../src', path));

/** Zeros are packed fast, and to next to nothing; so what is posted is a file as large as the assets are. */
test('200 MB of assets are digested, packed and posted in less than 150 MB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  let received = 0;
  await using store = await answering((message, response) => {
    message.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    message.on('end', () => response.writeHead(204).end());
  });
  const names = Array.from({ length: 10 }, (_, index) => `site/asset-${index}.bin`);
  write(folder, { ...Object.fromEntries(names.map((name) => [name, ''])), large: '' });
  for (const name of names) truncateSync(join(folder, name), 20 * MEGABYTE);
  truncateSync(join(folder, 'large'), 200 * MEGABYTE);
  // What a process is told to have used at most counts whoever started it, so Linux is asked for its own.
  const script = `
    const { readFile } = await import('node:fs/promises');
    const { readCode } = await import(${built('code/read.js')});
    const { piecesOf } = await import(${built('code/content.js')});
    const { postForm } = await import(${built('network/form-post.js')});
    const [folder, url] = process.argv.slice(1);
    const code = await readCode({ code: folder + '/site', entry: '', hasNotFound: false, temporary: folder });
    const packed = await code.value.pack('17');
    await packed.value.remove();
    const file = { name: 'code', size: ${200 * MEGABYTE}, open: () => piecesOf(folder + '/large') };
    const { status } = await postForm({ url: new URL(url), fields: [], file, idle: 30_000 });
    const own = /VmHWM:\\s+([0-9]+) kB/.exec(await readFile('/proc/self/status', 'utf8').catch(() => ''))?.[1];
    const peak = Number(own ?? process.resourceUsage().maxRSS) / 1024;
    console.log(JSON.stringify({ status, files: code.value.files, peak }));
  `;
  const args = ['--input-type=module', '-e', script, folder, store.url];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  rmSync(folder, { recursive: true });
  const { status, files, peak } = JSON.parse(stdout) as Record<string, number>;
  expect([status, files]).toEqual([204, 10]);
  expect(received).toBeGreaterThan(200 * MEGABYTE);
  expect(peak).toBeLessThan(150);
}, 120_000);
