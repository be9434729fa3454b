import type { ContainerRun, Image } from '../../ecs/container.ts';
import type { TidbFleet } from '../fleet.ts';
import { isFromS3, printS3Error } from '../object-store.ts';
import { type CommandLine, parseArgv } from './argv.ts';
import { runBackup } from './backup.ts';
import { runChecksum, runDecode } from './debug.ts';
import { BrFailure, Killed } from './failure.ts';
import { UNITS } from './flags.ts';
import {
  runLogMetadata,
  runLogPause,
  runLogResume,
  runLogStart,
  runLogStatus,
  runLogStop,
} from './log-command.ts';
import { runLogTruncate } from './log-truncate.ts';
import { runPause } from './operator.ts';
import { BrProcess } from './process.ts';
import { runRestore } from './restore.ts';
import { runRestorePoint } from './restore-point.ts';
import { startedBy } from './shell.ts';

type Command = (process: BrProcess, line: CommandLine, fleet: TidbFleet) => Promise<void>;

const PROGRAMS: Readonly<Record<string, Command>> = {
  'backup full': runBackup,
  'backup db': runBackup,
  'backup table': runBackup,
  'restore full': runRestore,
  'restore db': runRestore,
  'restore table': runRestore,
  'restore point': runRestorePoint,
  'log start': runLogStart,
  'log stop': runLogStop,
  'log pause': runLogPause,
  'log resume': runLogResume,
  'log status': runLogStatus,
  'log metadata': runLogMetadata,
  'log truncate': runLogTruncate,
  'operator pause-gc-and-schedulers': runPause,
  'debug checksum': runChecksum,
  'debug decode': runDecode,
};

/**
 * The program in `pingcap/br`, with the clusters that it can meet.
 *
 * Does not model: `backup raw` and `txn`, `--type=aws-ebs`, encryption, `operator` but for one command, other storages than S3, credentials in a
 * URI or in the environment, the version of BR (it is always the cluster's), the lock that keeps two runs from one
 * checkpoint, changefeeds on a restore's target.
 */
export const brImage =
  (fleet: TidbFleet): Image =>
  async (run: ContainerRun): Promise<number> => {
    const { argv, files } = startedBy(run.argv, run.environment);
    if (argv[0] !== '/br' && argv[0] !== 'br') {
      run.print(`exec: ${JSON.stringify(argv[0] ?? '')}: executable file not found in $PATH`);
      return 127;
    }
    let line: CommandLine | undefined;
    try {
      line = parseArgv(argv);
    } catch (error) {
      if (!(error instanceof BrFailure)) throw error;
      run.print(`Error: ${error.message}`);
      return 1;
    }
    if (!line) {
      run.print('br is a TiDB/TiKV cluster backup restore tool.');
      return 0;
    }
    const process = new BrProcess(run, fleet.world, {
      files,
      outOfMemoryAt: fleet.deathOf(line.command),
      summaryWithout: fleet.summaryWithout,
    });
    return execute(process, line, fleet);
  };

async function execute(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<number> {
  if (!process.logsToTerminal) process.print(`Detail BR log in /tmp/br.log.${process.startedAt}`);
  process.log('INFO', 'info.go:53', 'Welcome to Backup & Restore (BR)');
  try {
    await PROGRAMS[line.command]!(process, line, fleet);
    return 0;
  } catch (error) {
    if (error instanceof Killed) return error.exitCode;
    const message = messageOf(error);
    const unit = UNITS[line.command];
    if (unit) process.summary(`${unit} failed summary`, [['error', message]]);
    process.log('ERROR', 'main.go:60', 'br failed', [['error', message]]);
    process.print(`Error: ${message}`);
    return 1;
  }
}

/** What the tool says, or what S3 answered it. Anything else is a defect of the double. */
function messageOf(error: unknown): string {
  if (error instanceof BrFailure) return error.message;
  if (isFromS3(error)) return printS3Error(error);
  throw error;
}
