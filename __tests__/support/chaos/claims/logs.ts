import type { LoggedLogRequest } from '../../../../emulator/emulator.js';
import { isDebug } from '../scenario.js';
import { type Facts, type Run, same, type View } from '../truth.js';
import { stepBelow } from './said-of-time.js';

/** What a gate may make of the logs: only what Log Service has counted, and never more than that. */
export function logClaims(facts: Facts, view: View): string[] {
  if (facts.scenario.gate !== 'logs' || view.run.wish.kind !== 'rollout') return [];
  return [...uncounted(view.run), ...unlogged(facts, view), ...(isDebug(facts.scenario) ? untold(view.run) : [])];
}

const isWhole = ({ status, progress }: LoggedLogRequest) => status === 200 && progress === 'Complete';

function counted({ counts }: LoggedLogRequest, who: string) {
  const own = counts.filter((row) => row['who'] === who);
  const sum = (name: string) => own.reduce((so, row) => so + Number(row[name]), 0);
  return { all: sum('answers'), bad: sum('answers') - sum('good') };
}

/** The counts of each check are those of one whole answer. */
function uncounted({ log, logRequests }: Run): string[] {
  const lines = log.matchAll(
    /^(?:Checked|\d+ checks?) at \d+ %: (?:`gate-logs` )?(\d+) of (\d+) answers of the canary failed(?:, (?:(\d+) of (\d+)|no answer) of the stable)?; counted by `gate-logs`/gm,
  );
  return [...lines].flatMap(([line, bad, all, badStable, allStable]) => {
    const isOf = (asked: LoggedLogRequest) => {
      const [canary, stable] = [counted(asked, 'canary'), counted(asked, 'stable')];
      const isStable =
        allStable === undefined || (stable.all === Number(allStable) && stable.bad === Number(badStable));
      return canary.all === Number(all) && canary.bad === Number(bad) && isStable;
    };
    return logRequests.some((asked) => isWhole(asked) && isOf(asked)) ? [] : [`no answer of Log Service is "${line}"`];
  });
}

/** A weight that bakes is left for a higher one only where a whole answer told of a canary that was well at least once. */
function unlogged({ canary, scenario, history }: Facts, { run, writes, reads, before }: View): string[] {
  if (scenario.mode === 'observe') return [];
  return writes.flatMap((write) => {
    const left = reads.filter(({ index }) => index < write.index).at(-1)?.showed;
    const weight = left?.split[canary] ?? 0;
    const isStep = left !== undefined && weight > 0 && (write.split[canary] ?? 0) > weight;
    if (!isStep || stepBelow(scenario.steps, weight).bake === 0) return [];
    const earlier = history.slice(0, history.indexOf(left)).findLastIndex((made) => !same(made.split, left.split));
    const since = left === before ? run.begin : (history[earlier + 1]?.at ?? left.at);
    const isWell = run.logRequests.some((asked) => {
      const { all, bad } = counted(asked, 'canary');
      return isWhole(asked) && since <= asked.at && asked.at <= write.at && all > bad;
    });
    return isWell ? [] : [`it left ${weight} % for a higher weight, though no log told of a canary that was well`];
  });
}

/** In a debug log each request has its line, by its id, or as one that was answered too late. */
function untold({ log, logRequests, signal, after }: Run): string[] {
  if (signal !== null || after !== undefined) return [];
  const late = log.match(/^GetLogs(?: \(attempt \d+\))?: ReadTimeout /gm) ?? [];
  const missing = logRequests.filter(({ requestId }) => !log.includes(`RequestId ${requestId}`));
  return missing.length <= late.length ? [] : [`${missing.length} requests to Log Service have no line`];
}
