import type { SqlAnswer, SqlReply } from '../../core/ports/reach.ts';
import type { DorisCluster } from '../../embedded/doris/cluster.ts';

/** Statements at a frontend, in one session and over no network, until one is refused. */
export async function speak(cluster: DorisCluster, statements: readonly string[]): Promise<SqlReply> {
  const session = cluster.sql.connect('root', undefined);
  const answers: SqlAnswer[] = [];
  for (const [statement, text] of statements.entries()) {
    const reply = await session.query(text);
    if (!reply) throw new Error('the frontend went away in the middle of a statement');
    if ('error' in reply) return { answers, refused: { ...reply.error, statement } };
    answers.push(
      'columns' in reply
        ? {
            affectedRows: 0,
            rows: reply.rows.map((row) =>
              Object.fromEntries(reply.columns.map((column, n) => [column, row[n] ?? null])),
            ),
          }
        : { affectedRows: reply.affectedRows, rows: [] },
    );
  }
  return { answers };
}
