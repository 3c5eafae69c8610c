import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { markdownOf } from '../../../contract/report.js';
import type { Quirks } from '../../../emulator/quirks.js';
import { contractWorld, onScene } from './virtual-run.js';

/**
 * A program: the check of an emulator whose edge speaks TLS, at the routine's own address. Certificates are those that a
 * process was started with, so it is one. Arguments: files of certificate and key, quirks as JSON, options of the check.
 */
const [cert = '', key = '', quirks = '{}', ...args] = process.argv.slice(2);

/** Nobody may listen at 443 everywhere, so what asks there is led to the emulator. */
function leadTo(port: number, servers: Set<string>): void {
  const { connect } = tls;
  const led = (options: tls.ConnectionOptions) => {
    servers.add(`${options.host}:${options.port} ${options.servername}`);
    return connect({ ...options, port: options.port === 443 ? port : options.port });
  };
  Object.assign(tls, { connect: led });
}

await onScene(
  contractWorld(JSON.parse(quirks) as Partial<Quirks>),
  async ({ emulator, check, reported, said }) => {
    const servers = new Set<string>();
    leadTo(Number(new URL(emulator.edge).port), servers);
    const conducted = await check(args);
    const report = reported(conducted);
    const operations = [...new Set(emulator.requests.map(({ action }) => action))];
    const probes = Object.values(emulator.edgeStats.requests).reduce((sum, count) => sum + count, 0);
    const { restored, complete } = conducted;
    const text = JSON.stringify(report) + markdownOf(report);
    const result = { restored, complete, facts: report.facts, servers: [...servers], operations, probes, text, said };
    process.stdout.write(JSON.stringify(result));
  },
  { edgeTls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } },
);
