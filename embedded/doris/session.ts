import type { ServerReply, SqlSession } from '../network/server.ts';
import type { DorisCluster } from './cluster.ts';
import { SqlRefused } from './errors.ts';
import { Execution } from './execution.ts';
import { parse } from './sql/parse.ts';
import { ParseError } from './sql/tokens.ts';

/** One connection to the frontend. It breaks when the frontend restarts, and then the client has to come again. */
export function connect(cluster: DorisCluster, admin: boolean, database: string | undefined): SqlSession {
  const born = cluster.epoch;
  const execution = new Execution(cluster, admin, database);
  const broken = () => cluster.isDown || cluster.epoch !== born;
  return {
    async query(text) {
      if (broken()) return undefined;
      const reply = await answered(execution, text);
      return broken() ? undefined : reply;
    },
  };
}

async function answered(execution: Execution, text: string): Promise<ServerReply> {
  try {
    return await execution.run(parse(text));
  } catch (error) {
    if (error instanceof SqlRefused) return error.reply;
    if (error instanceof ParseError) return new SqlRefused(error.message).reply;
    throw error;
  }
}
