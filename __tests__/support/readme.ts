import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8');

/** The README's blocks in a language, each to the letter. */
export const blocks = (language: string) =>
  [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , text = '']) => text);

/** What it gives to `gate-command`, by the program that this asks first. */
export const gateCommand = (program: string) =>
  blocks('yaml')
    .flatMap((text) => (text.startsWith('gate-command:') ? [parse(text) as { readonly 'gate-command': string }] : []))
    .map((inputs) => inputs['gate-command'])
    .find((command) => command.startsWith(program)) ?? '';

/** Whether the programs that the examples need are missing here; CI has to have them. */
export const lacksTools =
  process.env['CI'] === undefined &&
  ['curl', 'jq'].some((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
