import type { ServerReply, SqlServer, SqlSession } from '../../network/server.ts';
import { SqlFailure } from '../../sql/failure.ts';
import { inMysqlsWords } from '../../sql/mysql-words.ts';
import { type Dialect, Parser } from '../../sql/parser.ts';
import { run } from '../../sql/run.ts';
import type { TidbCluster } from '../cluster.ts';
import { administer } from './administer.ts';
import { storeOf } from './store.ts';

/** CREATE SCHEMA means the same to TiDB. */
const DIALECT: Dialect = { quote: '`', room: ['DATABASE', 'SCHEMA'] };

/**
 * A cluster's SQL port, behind MySQL's protocol: the few statements of `embedded/sql` and of `administer.ts`, each a transaction of its own whose
 * changes are part of the cluster's history, so that BR captures and restores them like an application's.
 *
 * Does not model: any other statement (refused as a mistake of syntax), transactions, privileges (every user may do
 * everything), `tidb_snapshot`, users in what BR restores: they are given when the port is opened.
 */
export class TidbSql implements SqlServer {
  readonly version: string;
  readonly #cluster: TidbCluster;
  readonly #passwords: ReadonlyMap<string, string>;

  /** @param passwords by user */
  constructor(cluster: TidbCluster, passwords: Readonly<Record<string, string>>) {
    this.version = `8.0.11-TiDB-${cluster.version}`;
    this.#cluster = cluster;
    this.#passwords = new Map(Object.entries(passwords));
  }

  passwordOf(user: string): string | undefined {
    return this.#passwords.get(user);
  }

  connect(_user: string, database: string | undefined): SqlSession {
    return { query: (statement) => this.#answer(statement, database) };
  }

  #answer(statement: string, database: string | undefined): ServerReply | undefined {
    if (this.#cluster.isDark) return undefined;
    const administered = administer(this.#cluster, statement);
    if (administered) return administered;
    try {
      const result = run(Parser.parse(statement, DIALECT), {
        store: storeOf(this.#cluster),
        database,
        parameter: (name) => {
          throw new SqlFailure({ kind: 'syntax', near: `:${name}`, at: statement.indexOf(`:${name}`) });
        },
      });
      if ('affectedRows' in result) return result;
      return {
        columns: result.columns,
        rows: result.rows.map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
      };
    } catch (thrown) {
      if (!(thrown instanceof SqlFailure)) throw thrown;
      return { error: inMysqlsWords(thrown.trouble, 'TiDB') };
    }
  }
}
