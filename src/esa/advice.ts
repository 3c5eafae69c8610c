import { type Advice, INTERNAL, permanent, THROTTLED, throttled, transient } from '../alibaba/advice.js';
import { UPLOAD_OPERATIONS } from './transport.js';

/**
 * One table: the service's error codes, what each means for a user of this action, and what to do. Codes decide, never
 * the HTTP status, on which the documents disagree. Sources: the operations' error tables and the gateway's common
 * errors.
 */
export interface CallContext {
  readonly operation: string;
  readonly routine: string;
  readonly env: string;
  readonly region: string;
}

const BUSY = throttled(
  'The service is busy or this configuration is being changed at the same moment. Run again, and give the job a `concurrency` group so that two runs never write the same routine at once.',
);
const CLOCK = permanent(
  "The runner's clock and the service's are more than 15 minutes apart. Set the clock of the self-hosted runner (NTP), then run again.",
);
const MISSING = permanent(
  'The service says that a parameter is missing, which this action should never cause: please report it with the RequestId.',
);
const TOKEN = permanent(
  'Pass `security-token` together with the key it was issued with; get all three again from the step that assumes the role.',
);

const ACCESS_DENIED: (context: CallContext) => Advice = ({ operation }) =>
  permanent(
    `The key may not do this. Grant it the RAM action \`esa:${operation}\` on resource \`*\`; docs/credentials.md of this action has the whole policy. A policy that denies wins over one that allows.`,
  );
const NO_SUCH_API: (context: CallContext) => Advice = ({ region }) =>
  permanent(
    `This endpoint does not know the operation. Check the inputs \`endpoint\` and \`region\` (now \`${region}\`).`,
  );

const UPLOADS: ReadonlySet<string> = new Set(UPLOAD_OPERATIONS);

/** By exact code. A function where the advice depends on what was being done. */
const BY_CODE: Readonly<Record<string, Advice | ((context: CallContext) => Advice)>> = {
  RoutineNotExist: ({ routine, region }) =>
    permanent(
      `There is no routine "${routine}" in this account at \`region: ${region}\`. Check the spelling of \`routine\`, that the key is of the right account, and \`region\`: \`cn-hangzhou\` is the China site, \`ap-southeast-1\` the international site.`,
    ),
  InvalidParameter: ({ env, operation }) =>
    permanent(
      UPLOADS.has(operation)
        ? 'The service refused a parameter of the upload; the message says what was wrong.'
        : `The service refused a parameter. Check that each version exists, is Available and may be deployed to ${env}; the message says what was wrong.`,
    ),
  ParameterNotExist: MISSING,
  CodeVersionNumberExceedQuotaLimit: permanent(
    "The plan's quota of code versions is used up. Delete versions that serve nothing, in the console or with DeleteRoutineCodeVersion.",
  ),
  RoutineNumberExceedQuotaLimit: permanent(
    "The plan's quota of routines is used up. Delete a routine or ask for more.",
  ),
  RoutineAlreadyExist: permanent('A routine of this name exists already.'),
  RoutineNameAlreadyExist: permanent('A routine of this name exists already.'),
  DependedByOthers: permanent(
    'Something else still uses this object, for example a live deployment. Deploy another version first.',
  ),
  SiteParameterNotMatch: permanent(
    'The site of the request is not the site of the routine. Check that the key belongs to the account that owns both.',
  ),
  RoutineUserServiceStatusHalt: permanent(
    "The account's Functions and Pages service is halted, often for an unpaid bill; nothing can be changed until it runs again.",
  ),
  ServiceNotOpen: permanent(
    'Functions and Pages is not activated for this account. Activate it in the ESA console, then run again.',
  ),
  'ErService.HasOpened': permanent('Functions and Pages is activated already.'),
  'Site.ServiceBusy': BUSY,
  TooManyRequests: BUSY,
  LockFailed: BUSY,
  'Rejected.Throttling': THROTTLED,
  ServiceUnavailable: INTERNAL,
  InternalError: INTERNAL,
  InternalException: INTERNAL,
  InternalOperationError: INTERNAL,
  'InvalidAccessKeyId.NotFound': ({ region }) =>
    permanent(
      `The service does not know this key. Check \`access-key-id\`, and \`region\` (now \`${region}\`): keys of the China site (aliyun.com) work with \`cn-hangzhou\`, keys of the international site (alibabacloud.com) with \`ap-southeast-1\`. A temporary key, whose id starts with \`STS.\`, needs its \`security-token\`.`,
    ),
  'InvalidAccessKeyId.Inactive': permanent('The key is disabled. Enable it in RAM or use another one.'),
  SignatureDoesNotMatch: permanent(
    'The secret does not belong to this key. Set `access-key-secret` again, without spaces or line breaks around it.',
  ),
  IncompleteSignature: permanent(
    'The signature did not arrive whole, which is what a proxy that strips headers does. Check the proxy between runner and service.',
  ),
  SignatureNonceUsed: transient(
    'An identical request arrived before, which is what a proxy that repeats requests does. What is live was read before going on.',
  ),
  'InvalidTimeStamp.Format': CLOCK,
  'InvalidTimeStamp.Expired': CLOCK,
  'InvalidSecurityToken.Expired': permanent(
    'The temporary credentials have expired. Let this action assume the role itself (`role-to-assume`, `oidc-provider-arn`), so that it renews them; or get new ones right before this step, with a session that lasts longer than the job.',
  ),
  'InvalidSecurityToken.Malformed': TOKEN,
  'InvalidSecurityToken.MismatchWithAccessKey': TOKEN,
  MissingSecurityToken: TOKEN,
  'Forbidden.RAM': ACCESS_DENIED,
  NoPermission: ACCESS_DENIED,
  Forbidden: ACCESS_DENIED,
  'InvalidApi.NotFound': NO_SUCH_API,
  'InvalidProduct.NotFound': NO_SUCH_API,
  'InvalidAction.NotFound': NO_SUCH_API,
  'InvalidProtocol.NeedSsl': permanent('The service wants https. Write the input `endpoint` with `https://`.'),
  InvalidCredentials: permanent(
    'There are no usable credentials. docs/credentials.md of this action has the table of where they may come from.',
  ),
};

/** By how the code begins, in this order, where it is not in the table above. */
const BY_PREFIX: readonly (readonly [string, Advice | ((context: CallContext) => Advice)])[] = [
  ['Throttling', THROTTLED],
  ['Forbidden', ACCESS_DENIED],
  ['NoPermission', ACCESS_DENIED],
  ['InvalidSecurityToken', TOKEN],
  ['InvalidTimeStamp', CLOCK],
  ['Missing', MISSING],
];

const UNKNOWN = permanent(
  'This action does not know this code. The message and the RequestId say more; Alibaba Cloud support can look the RequestId up.',
);

export function adviseOnCode(code: string, status: number, context: CallContext): Advice {
  const found = Object.hasOwn(BY_CODE, code)
    ? BY_CODE[code]
    : BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (found === undefined) return status >= 500 || status === 429 ? INTERNAL : UNKNOWN;
  return typeof found === 'function' ? found(context) : found;
}
