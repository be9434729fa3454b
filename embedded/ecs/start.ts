import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { seconds } from '../../core/time/instant.ts';
import type { Acting } from '../iam/iam.ts';
import type { LogStreamName } from '../logs/logs.ts';
import type { Owner } from '../sdk/transport.ts';
import { AwsError, NotModelled } from '../service.ts';
import type { CallAws } from './container.ts';
import { NeverStarted } from './errors.ts';
import type { TaskState } from './store.ts';
import type { ContainerDefinition } from './task-definition.ts';

export interface StartParts {
  readonly callAs: (owner: Owner) => CallAws;
  /** Throws when a role may not do something. */
  readonly permit: (acting: Acting, action: string, resource: string) => void;
}

/** What the agent waits for an answer before it asks again. */
const PATIENCE = seconds(30);
const REGISTRY_AUTH = 'unable to pull secrets or registry auth: execution resource retrieval failed';

export const rolesOf = ({ definition, request }: Pick<TaskState, 'definition' | 'request'>) => ({
  task: request.overrides?.taskRoleArn ?? definition.taskRole,
  execution: request.overrides?.executionRoleArn ?? definition.executionRole,
});

/** Entry point and command, as the request overrides them. */
export function argvOf(
  { entryPoint, command }: ContainerDefinition,
  request: RunTaskRequest,
): readonly string[] {
  const argv = [...entryPoint, ...(overrideOf(request)?.command ?? command)];
  if (argv.length === 0)
    throw new NeverStarted(
      'CannotStartContainerError: no command specified, and images have none of their own',
    );
  return argv;
}

/** The definition's variables and secrets, with the request's variables over them. */
export async function environmentOf(
  task: TaskState,
  parts: StartParts,
): Promise<Readonly<Record<string, string>>> {
  const { environment, secrets } = task.definition.container;
  const own: Record<string, string> = { ...environment };
  for (const [name, valueFrom] of Object.entries(secrets))
    own[name] = await secretValue(task, valueFrom, parts);
  for (const { name, value } of overrideOf(task.request)?.environment ?? []) own[name ?? ''] = value ?? '';
  return own;
}

/** The stream that the awslogs driver makes for a task: `<prefix>/<container>/<task id>`. */
export function streamOf(task: TaskState, { permit }: StartParts): LogStreamName | undefined {
  const { name, log } = task.definition.container;
  if (!log) return undefined;
  const { region } = task;
  const stream = `${log.streamPrefix}/${name}/${task.id}`;
  const resource = `arn:aws:logs:${region}:${task.definition.account}:log-group:${log.group}:log-stream:${stream}`;
  const acting = {
    service: 'ecs-tasks.amazonaws.com',
    sourceArn: task.arn,
    role: rolesOf(task).execution,
  };
  try {
    permit(acting, 'logs:CreateLogStream', resource);
    permit(acting, 'logs:PutLogEvents', resource);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    throw new NeverStarted(
      `ResourceInitializationError: failed to validate logger args: failed to create Cloudwatch log stream: ${thrown.name}: ${thrown.message}`,
    );
  }
  return { region, group: log.group, stream };
}

async function secretValue(task: TaskState, valueFrom: string, { callAs }: StartParts): Promise<string> {
  const { arn, region, key } = secretNamed(valueFrom);
  const call = callAs({
    name: `ecs-agent:${task.family}`,
    principal: rolesOf(task).execution ?? 'nobody',
    alive: () => task.desiredStatus === 'RUNNING',
    patience: PATIENCE,
  });
  const answer = await call('secrets-manager', region, 'GetSecretValue', { SecretId: arn }).catch(
    (thrown: unknown) => {
      if (!(thrown instanceof Error) || !('$fault' in thrown)) throw thrown;
      throw new NeverStarted(
        `ResourceInitializationError: ${REGISTRY_AUTH}: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ${thrown.name}: ${thrown.message}`,
      );
    },
  );
  const value = String(answer['SecretString']);
  if (key === undefined) return value;
  const found = (JSON.parse(value) as Readonly<Record<string, unknown>>)[key];
  if (found === undefined)
    throw new NeverStarted(
      `ResourceInitializationError: ${REGISTRY_AUTH}: retrieved secret from Secrets Manager did not contain json key ${key}`,
    );
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** `arn:aws:secretsmanager:<region>:<account>:secret:<name>[:<json key>:<stage>:<version>]` */
function secretNamed(valueFrom: string) {
  const parts = valueFrom.split(':');
  const [, , service, region = ''] = parts;
  const [key, stage, version] = parts.slice(7);
  if (service !== 'secretsmanager') throw new NotModelled('ecs', `a secret from ${valueFrom}`);
  if (stage || version) throw new NotModelled('ecs', `a stage or a version of a secret (${valueFrom})`);
  return { arn: parts.slice(0, 7).join(':'), region, key: key === '' ? undefined : key };
}

export const overrideOf = ({ overrides }: RunTaskRequest) => overrides?.containerOverrides?.[0];
