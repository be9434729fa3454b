/** Runs `count` pieces of work, at most `width` at a time, in order. Settles with the last, or with the first error. */
export function pool(count: number, width: number, run: (index: number) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let done = 0;
    const launch = (): void => {
      if (next >= count) return;
      run(next++).then(() => {
        done++;
        if (done === count) resolve();
        else launch();
      }, reject);
    };
    if (count === 0) resolve();
    for (let i = 0; i < Math.min(width, count); i++) launch();
  });
}
