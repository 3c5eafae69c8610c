import { parseArgs } from 'node:util';
import { startGitHub } from './github.js';

const help = `Usage: node build/emulator/github/main.js [--port N] [--repository OWNER/NAME] [--token TOKEN]

The first line on stdout is JSON: url, token, repository. \`GET /_state\` answers with the deployments.
`;

/** A stand-in for GitHub by itself, for scripts. */
async function run(): Promise<void> {
  const options = {
    port: { type: 'string' },
    repository: { type: 'string' },
    token: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) return void process.stdout.write(help);
  const { port = '0', ...named } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`--port is ${port}: a port is 0 to 65535`);
  const github = await startGitHub({ ...named, port: Number(port) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  const { url, token, repository } = github;
  process.stdout.write(`${JSON.stringify({ url, token, repository })}\n`);
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exitCode = 2;
});
