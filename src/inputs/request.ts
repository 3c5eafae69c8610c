import type { Endpoint } from '../alibaba/call.js';
import { regionEndpoint, regionLogsEndpoint, regionStsEndpoint } from '../alibaba/endpoint.js';
import { type CredentialSource, findSource, sessionName } from '../credentials/source.js';
import { hasSource, type Sources } from '../gates/measure.js';
import type { RecordWish } from '../github/recorder.js';
import type { Gate, Wish } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';
import type { VersionRef } from '../rollout/version-ref.js';
import { combinationMistakes, type EnvironmentVariables } from './combinations.js';
import type { Mistake } from './mistakes.js';
import { type Readings, readEach, type Values, valueIn, valuesIn } from './readings.js';
import { INPUTS, type RawInputs } from './table.js';

/** What a run is asked to do, and by what means. */
export interface Request {
  /** Its versions may be words, which stand for one only when it is known what is live. */
  readonly asked: Wish<VersionRef>;
  readonly sources: Sources;
  readonly credentials: CredentialSource;
  readonly endpoint: Endpoint;
  readonly stsEndpoint: Endpoint;
  readonly region: string;
  /** Of Log Service, in the region of the gate's project. */
  readonly logsEndpoint: Endpoint;
  /** In ms. */
  readonly apiTimeout: number;
  /** Asked for by `github-deployment`. */
  readonly record: RecordWish | undefined;
}

/**
 * The inputs as a request, or every mistake that they and the environment hold: those of variables first, then in the
 * order of action.yml. The environment is looked at for credentials and proxies.
 */
export function readInputs(raw: RawInputs, environment: EnvironmentVariables): Result<Request, readonly Mistake[]> {
  const readings = readEach(raw);
  const read = valuesIn(readings);
  const found = findSource(raw, environment, roleIn(readings, environment));
  const mistakes = [...(read.ok ? [] : read.error), ...combinationMistakes(readings, found, environment)];
  // A source that was not found is among the mistakes; asking again is for the compiler.
  if (!read.ok || !found.ok || mistakes.length > 0) return failed(mistakes.toSorted(byInput));
  return succeeded(requestOf(read.value, found.value));
}

/** How a role is assumed, should it be one that the credentials come from. */
function roleIn(readings: Readings, environment: EnvironmentVariables) {
  return {
    audience: valueIn(readings.audience) ?? '',
    sessionName: valueIn(readings['role-session-name']) ?? sessionName(environment),
    duration: valueIn(readings['role-session-duration']) ?? 0,
  };
}

function requestOf(values: Values, credentials: CredentialSource): Request {
  const sources = sourcesOf(values);
  const { region } = values;
  return {
    asked: {
      routine: values.routine,
      env: values.env,
      goal: goalOf(values, sources),
      expectDeploymentId: values['expect-deployment-id'],
      dryRun: values['dry-run'],
    },
    sources,
    credentials,
    endpoint: values.endpoint ?? regionEndpoint(region),
    stsEndpoint: values['sts-endpoint'] ?? regionStsEndpoint(region),
    region,
    logsEndpoint: values['gate-logs-endpoint'] ?? regionLogsEndpoint(values['gate-logs-region'] ?? region),
    apiTimeout: values['api-timeout'],
    record: recordOf(values),
  };
}

function recordOf(values: Values): RecordWish | undefined {
  const environment = values['github-deployment'];
  if (environment === undefined) return undefined;
  return {
    environment,
    token: values['github-token'],
    steps: values['github-deployment-steps'],
    retry: values.retry,
  };
}

function sourcesOf(values: Values): Sources {
  const urls = values['gate-url'];
  const http = urls && {
    urls,
    expect: values['gate-expect'],
    latency: values['gate-latency'],
    mark: values['gate-version-header'],
  };
  const place = values['gate-logs'];
  const logs = place && { ...place, expect: values['gate-expect'] };
  return { 'gate-url': http, 'gate-command': values['gate-command'], 'gate-logs': logs };
}

function goalOf(values: Values, sources: Sources): Wish<VersionRef>['goal'] {
  if (values.versions !== undefined) return { kind: 'split', split: values.versions };
  if (values.canary === undefined) return { kind: 'report' };
  const gate: Gate = {
    successRate: values['gate-success-rate'],
    interval: values['gate-interval'],
    urls: sources['gate-url']?.urls.length ?? 0,
    mark: sources['gate-url']?.mark?.header,
    mode: values['gate-mode'],
  };
  return {
    kind: 'rollout',
    canary: values.canary,
    allowOlder: values['allow-older'],
    steps: values.steps,
    wait: values.wait,
    gate: hasSource(sources) ? gate : undefined,
    onFailure: values['on-failure'],
    onInconclusive: values['on-inconclusive'],
    onCancel: values['on-cancel'],
  };
}

function byInput(one: Mistake, other: Mistake): number {
  const rank = ({ input: name }: Mistake) => (INPUTS as readonly string[]).indexOf(name);
  return rank(one) - rank(other);
}
