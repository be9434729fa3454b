import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Stage } from '../../cli/stage.ts';
import { minutes } from '../../core/time/instant.ts';

/** `aws` on a shell's PATH: it hands its words to the test, by bash's own sockets, and prints what comes back. */
const AWS = `#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$AWS_CLI_PORT"
printf '%s\\0' "$#" "$PWD" "$AWS_REGION" "$@" >&3
IFS= read -r code <&3
if [ "$code" = 0 ]; then cat <&3; else cat <&3 >&2; fi
exit "$code"
`;

interface Typed {
  readonly folder: string;
  readonly region: string;
  readonly command: string;
  /** By option, without its dashes. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

/** Members whose names do not follow from their options by rule. */
const MEMBERS: Readonly<Record<string, string>> = {
  'db-cluster-identifier': 'DBClusterIdentifier',
  'db-instance-identifier': 'DBInstanceIdentifier',
  'db-instance-class': 'DBInstanceClass',
  'db-subnet-group-name': 'DBSubnetGroupName',
};
const LISTS = new Set(['vpc-security-group-ids']);

const member = (option: string): string =>
  MEMBERS[option] ?? option.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The AWS CLI of an embedded cloud, as far as the pages of recovery points use it. What it does not know fails loudly. */
export class AwsCli {
  readonly calls: string[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'recover-'));
  readonly #stage: Stage;
  readonly #server: Server;

  constructor(stage: Stage) {
    this.#stage = stage;
    writeFileSync(join(this.folder, 'aws'), AWS);
    chmodSync(join(this.folder, 'aws'), 0o755);
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Runs shell text literally, with `aws` on its PATH. */
  async bash(script: string, environment: Readonly<Record<string, string>>) {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    const { port } = this.#server.address() as { readonly port: number };
    try {
      return await new Promise<{ readonly code: number | null; readonly said: string }>((ended) => {
        const shell = spawn('bash', ['-c', script], {
          // A socket as its input makes bash believe in a remote login, and read that one's settings.
          stdio: ['ignore', 'pipe', 'pipe'],
          cwd: this.folder,
          env: {
            PATH: `${this.folder}${delimiter}${process.env['PATH']}`,
            AWS_CLI_PORT: String(port),
            ...environment,
          },
        });
        let said = '';
        shell.stdout.on('data', (text) => (said += text));
        shell.stderr.on('data', (text) => (said += text));
        shell.on('close', (code) => ended({ code, said }));
      });
    } finally {
      this.#server.close();
    }
  }

  #serve(socket: Socket): void {
    let received = Buffer.alloc(0);
    socket.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      const words = received.toString('utf8').split('\0');
      if (words.length < 4 + Number(words[0])) return;
      this.#run(typedIn(words.slice(1, -1))).then(
        (said) => socket.end(`0\n${said}`),
        (error: Error) => socket.end(`254\n${error.name}: ${error.message}\n`),
      );
    });
    socket.on('error', () => undefined);
  }

  async #run({ folder, region, command, options, operands }: Typed): Promise<string> {
    this.calls.push(command);
    const { cloud } = this.#stage;
    const input = Object.fromEntries(
      [...options].map(([name, values]) => [member(name), LISTS.has(name) ? values : values[0]]),
    );
    const call = { account: cloud.account, region, principal: 'root', now: this.#stage.now };
    switch (command) {
      case 's3api get-object': {
        const { Body } = cloud.s3.call('GetObject', input, call) as {
          readonly Body: { transformToByteArray(): Promise<Uint8Array> };
        };
        writeFileSync(join(folder, operands[0]!), await Body.transformToByteArray());
        return '{}\n';
      }
      case 's3api copy-object':
        cloud.s3.call('CopyObject', input, call);
        return '{}\n';
      case 'rds restore-db-cluster-from-snapshot':
        cloud.rds.call('RestoreDBClusterFromSnapshot', input, call);
        return '{}\n';
      case 'rds create-db-instance':
        cloud.rds.call('CreateDBInstance', input, call);
        return '{}\n';
      case 'rds wait db-cluster-available':
        return this.#wait(region, 'DescribeDBClusters', input, 'DBClusters', 'Status');
      case 'rds wait db-instance-available':
        return this.#wait(region, 'DescribeDBInstances', input, 'DBInstances', 'DBInstanceStatus');
      default:
        throw new Error(`this stand-in for the AWS CLI has no ${command}`);
    }
  }

  async #wait(
    region: string,
    operation: string,
    input: object,
    list: string,
    field: string,
  ): Promise<string> {
    const { cloud } = this.#stage;
    for (let asked = 0; asked < 120; asked++) {
      const call = { account: cloud.account, region, principal: 'root', now: this.#stage.now };
      const answer = cloud.rds.call(operation, input, call) as Record<string, Record<string, unknown>[]>;
      if (answer[list]![0]![field] === 'available') return '';
      await this.#stage.run(minutes(1));
    }
    throw new Error(`max attempts exceeded: ${operation}`);
  }
}

/** Options begin with two dashes; of the words before the first, `s3api` takes one more and `rds wait` two. */
function typedIn([folder = '', region = '', ...words]: readonly string[]): Typed {
  const length = words[1] === 'wait' ? 3 : 2;
  const options = new Map<string, string[]>();
  const operands: string[] = [];
  let open: string[] | undefined;
  for (const word of words.slice(length)) {
    if (word.startsWith('--')) {
      open = [];
      options.set(word.slice(2), open);
    } else if (open && (open.length === 0 || LISTS.has([...options.keys()].at(-1)!))) open.push(word);
    else operands.push(word);
  }
  return { folder, region, command: words.slice(0, length).join(' '), options, operands };
}
