import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Takes out of GitHub's published description of its API what the stand-in of emulator/github/ checks requests and its
 * own answers with. The package is 390 MB, so it is no dependency:
 *
 *   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *   node build/scripts/github-schema.js package
 */
const OPERATIONS = {
  '/repos/{owner}/{repo}/deployments': ['get', 'post'],
  '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses': ['get', 'post'],
} as const;

/** Prose and samples, which nothing is checked by. */
const LEFT_OUT = new Set(['description', 'example', 'examples', 'summary', 'tags', 'externalDocs', 'x-github']);

function withoutProse(value: unknown, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutProse(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      // Also names of members are such words.
      .filter(([name]) => inProperties || !LEFT_OUT.has(name))
      .map(([name, inner]) => [name, withoutProse(inner, name === 'properties' && !inProperties)]),
  );
}

const root = resolve(import.meta.dirname, '../..');
const folder = process.argv[2] ?? 'package';
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
const text = readFileSync(join(folder, 'generated/api.github.com.deref.json'), 'utf8');
const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> };
const taken = Object.entries(OPERATIONS).map(([path, methods]) => [
  path,
  Object.fromEntries(methods.map((method) => [method, withoutProse(paths[path]?.[method])])),
]);
const schema = {
  source: `@octokit/openapi ${version}, generated/api.github.com.deref.json`,
  sha256: createHash('sha256').update(text).digest('hex'),
  paths: Object.fromEntries(taken),
};
writeFileSync(join(root, 'emulator/github/schema.json'), `${JSON.stringify(schema, null, 1)}\n`);
