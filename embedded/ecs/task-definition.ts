import type { Duration } from '../../core/time/instant.ts';
import { AwsError } from '../service.ts';

export interface ContainerDefinition {
  readonly name: string;
  /** `pingcap/br:v8.5.2` */
  readonly image: string;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** By the name of the variable: the ARN of a secret, perhaps with `:<key of its JSON>::` behind it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where the awslogs driver carries what it prints. Without it, nobody hears it. */
  readonly log?: { readonly group: string; readonly streamPrefix: string };
  /** Between SIGTERM and SIGKILL. */
  readonly stopTimeout: Duration;
}

/** A task definition as RegisterTaskDefinition takes it, for Fargate. */
export interface TaskDefinitionSettings {
  readonly family: string;
  readonly account: string;
  readonly region: string;
  /** CPU units, 1,024 a vCPU. */
  readonly cpu: number;
  readonly memoryMib: number;
  readonly taskRole?: string;
  readonly executionRole?: string;
  readonly container: ContainerDefinition;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

export interface TaskDefinition extends TaskDefinitionSettings {
  readonly arn: string;
  readonly revision: number;
  active: boolean;
}

/** fargate-tasks-services.html: the memory that each size of CPU can have, MiB: from, to, step. */
const SIZES: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  512: [1_024, 4_096, 1_024],
  1024: [2_048, 8_192, 1_024],
  2048: [4_096, 16_384, 1_024],
  4096: [8_192, 30_720, 1_024],
  8192: [16_384, 61_440, 4_096],
  16384: [32_768, 122_880, 8_192],
};
const SMALLEST: readonly number[] = [512, 1_024, 2_048];
/** task_definition_parameters.html: on Fargate at most 120 seconds. */
const STOP_TIMEOUT_MS_MAX = 120_000;

/** Throws what RegisterTaskDefinition answers to a definition that Fargate cannot run. */
export function checkTaskDefinition(definition: TaskDefinitionSettings): void {
  const { family, cpu, memoryMib, executionRole, container } = definition;
  if (!fits(cpu, memoryMib))
    throw refused('No Fargate configuration exists for given values.', `${cpu} CPU, ${memoryMib} MiB`);
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw refused('Family contains invalid characters.', family);
  if (container.stopTimeout > STOP_TIMEOUT_MS_MAX)
    throw refused('Invalid stopTimeout.', `${container.stopTimeout} ms`);
  if (executionRole === undefined && container.log)
    throw refused(
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
      family,
    );
  if (executionRole === undefined && Object.keys(container.secrets).length > 0)
    throw refused(
      'When you are specifying container secrets, you must also specify a value for executionRoleArn.',
      family,
    );
}

/** Whether Fargate has tasks of this size. */
export function fits(cpu: number, memoryMib: number): boolean {
  if (cpu === 256) return SMALLEST.includes(memoryMib);
  const size = SIZES[cpu];
  if (!size) return false;
  const [from, to, step] = size;
  return memoryMib >= from && memoryMib <= to && memoryMib % step === 0;
}

const refused = (message: string, received: string): AwsError =>
  new AwsError('ClientException', `${message} Received: ${received}`);
