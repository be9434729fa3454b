import type { Duration } from '../../core/time/instant.ts';
import type { ServiceName } from '../service.ts';

/** Calls an AWS service as somebody, through the same transport as the SDK's clients: with latency, faults and permissions. */
export type CallAws = (
  service: ServiceName,
  region: string,
  operation: string,
  input: object,
) => Promise<Readonly<Record<string, unknown>>>;

/** One run of one container, as the program in it sees its surroundings. */
export interface ContainerRun {
  readonly taskArn: string;
  readonly region: string;
  /** Entry point and command, in one list as the kernel gets it. */
  readonly argv: readonly string[];
  /** What the task definition and the overrides say, secrets included. */
  readonly environment: Readonly<Record<string, string>>;
  readonly network: {
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
  };
  /** Memory that the task has, MiB. */
  readonly memoryMib: number;
  /** A line on its standard output or error; the log driver carries it to the log stream. */
  print(line: string): void;
  /** As the task's role. */
  readonly call: CallAws;
  /** Goes on after so long; never, when the container is killed meanwhile. */
  sleep(forHowLong: Duration): Promise<void>;
  /** False once the container was killed: nothing that it does after that may have an effect. */
  readonly alive: () => boolean;
  /** Called on SIGTERM, which StopTask sends some seconds before it kills. */
  onTerm(handler: () => void): void;
}

/** The program in a container image: ends with its exit code. An exception is a defect of the double, not of the tool. */
export type Image = (run: ContainerRun) => Promise<number>;
