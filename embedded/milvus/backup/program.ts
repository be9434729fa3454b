import type { ContainerRun, Image } from '../../ecs/container.ts';
import { isFromS3, printS3Error } from '../../tidb/object-store.ts';
import type { MilvusFleet } from '../fleet.ts';
import { runCreate } from './create.ts';
import { parseLine } from './line.ts';
import { Killed, ToolProcess } from './process.ts';
import { runRestore } from './restore.ts';
import { Panic, ToolError } from './settings.ts';

const KILLED = 137;
const PANICKED = 2;

/**
 * The program in `milvusdb/milvus-backup` at v0.5.16, with the clusters that it can meet.
 *
 * Does not model: the REST server, `list`, `get`, `delete`, `check`, `migrate`, RBAC, other storages than S3, files of
 * configuration other than the image's own, several segments in a group, storage in the same bucket.
 */
export const milvusBackupImage =
  (fleet: MilvusFleet): Image =>
  async (run: ContainerRun): Promise<number> => {
    const [program, ...rest] = run.argv;
    if (program !== '/app/milvus-backup') {
      run.print(`exec: ${JSON.stringify(program ?? '')}: executable file not found in $PATH`);
      return 127;
    }
    try {
      const line = parseLine(rest);
      run.print('0.5.16 (Built on 2026-05-29)');
      run.print(`config: ${line.config}`);
      if (line.config !== '/app/configs/backup.yaml')
        throw new Panic(`cfg: cannot locate config file "${line.config}"`);
      const process = new ToolProcess(run, line, fleet);
      await (line.command === 'create' ? runCreate(process) : runRestore(process));
      return 0;
    } catch (error) {
      if (error instanceof Killed) return KILLED;
      run.print(error instanceof Panic ? `panic: ${error.message}` : `Error: ${messageOf(error)}`);
      return error instanceof Panic ? PANICKED : 1;
    }
  };

/** What the tool says, or what S3 answered it. Anything else is a defect of the double. */
function messageOf(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  if (isFromS3(error)) return printS3Error(error);
  throw error;
}
