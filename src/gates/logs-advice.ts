/** Where the logs are. */
export interface LogPlace {
  readonly project: string;
  readonly logstore: string;
  /** Host of Log Service in the project's region. */
  readonly host: string;
}

interface LogAdvice {
  readonly advice: string;
  readonly transient: boolean;
  readonly throttled: boolean;
}

/** The fields that a check asks for, with the type that each is indexed by. */
const FIELDS = { RoutineName: 'text', CodeVersion: 'text', ErrorCode: 'text', ResponseStatus: 'long' } as const;

const permanent = (advice: string): LogAdvice => ({ advice, transient: false, throttled: false });

/** Source: Log Service's common error codes, and those of GetLogs; a missing field is told by the message alone. */
const BY_CODE: Readonly<Record<string, (place: LogPlace) => LogAdvice>> = {
  ProjectNotExist: ({ project, host }) =>
    permanent(
      `There is no project "${project}" at ${host}. Check \`gate-logs\` and \`gate-logs-region\`; the projects there: \`aliyunlog log list_project --region-endpoint=${host}\``,
    ),
  LogStoreNotExist: ({ project, logstore, host }) =>
    permanent(
      `There is no logstore "${logstore}" in the project. Those that there are: \`aliyunlog log list_logstore --project_name=${project} --region-endpoint=${host}\``,
    ),
  IndexConfigNotExist: (place) =>
    permanent(`The logstore has no index. Create it: \`${indexCommand('create', place)}\``),
  Unauthorized: ({ project, logstore }) =>
    permanent(
      `The key may not read the logs. Create the policy and attach it to the user or role: \`aliyun ram CreatePolicy --PolicyName esa-canary-logs --PolicyDocument '${policyFor(project, logstore)}'\``,
    ),
  SignatureNotMatch: () => permanent('The secret does not belong to this key, or a proxy changed the request.'),
  RequestTimeExpired: () =>
    permanent("The runner's clock and the service's are more than 15 minutes apart. Set the clock of the runner."),
};

const FIELD_MISSING = /not config(?:ured)? as key value config|cannot be resolved|add the column/i;
const BUSY = /Quota|Busy|Throttling|TooMany|^InternalServerError$|^RequestTimeout$|^ServiceUnavailable$/;

/** What a code of Log Service means for a check, and the command that mends it. */
export function adviseOnLogs(place: LogPlace, code: string, message: string): LogAdvice {
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code]?.(place) ?? permanent('');
  if (FIELD_MISSING.test(message)) {
    const names = Object.keys(FIELDS).join(', ');
    return permanent(
      `The index lacks one of ${names}. Add them, keeping those that are there: \`${indexCommand('update', place)}\``,
    );
  }
  if (BUSY.test(code))
    return { advice: 'Log Service is busy or its quota is used up.', transient: true, throttled: true };
  return permanent('This action does not know this code of Log Service; its message says more.');
}

/** Each field can be searched for and counted by. */
function indexCommand(how: 'create' | 'update', { project, logstore, host }: LogPlace): string {
  const keys = Object.entries(FIELDS).map(([name, type]) => {
    const text = type === 'text' ? { caseSensitive: true, token: [] } : {};
    return [name, { type, doc_value: true, ...text }];
  });
  const detail = JSON.stringify({ keys: Object.fromEntries(keys) });
  return `aliyunlog log ${how}_index --project_name=${project} --logstore_name=${logstore} --index_detail='${detail}' --region-endpoint=${host}`;
}

function policyFor(project: string, logstore: string): string {
  const resource = `acs:log:*:*:project/${project}/logstore/${logstore}`;
  const statement = { Effect: 'Allow', Action: 'log:GetLogStoreLogs', Resource: resource };
  return JSON.stringify({ Version: '1', Statement: [statement] });
}
