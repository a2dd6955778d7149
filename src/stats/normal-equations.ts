/** Equations in a few unknowns, more of them than unknowns: coefficients times unknowns is the target. */
export type Equations = readonly {
  readonly coefficients: readonly number[];
  readonly target: number;
}[];

/**
 * The unknowns that come closest to all equations (in squares), held back by `damping`: a step of
 * Levenberg and Marquardt's method. Each unknown is held back in its own scale, as Marquardt has it.
 */
export function leastSquaresStep(equations: Equations, damping: number): number[] {
  const unknowns = equations[0]?.coefficients.length ?? 0;
  const indices = Array.from({ length: unknowns }, (_, index) => index);
  const rows = indices.map((row) => {
    const sums = indices.map((column) =>
      total(equations, ({ coefficients }) => at(coefficients, row) * at(coefficients, column)),
    );
    sums[row] = at(sums, row) * (1 + damping);
    const right = total(equations, ({ coefficients, target }) => at(coefficients, row) * target);
    return [...sums, right];
  });
  return solve(rows);
}

/**
 * Solves a system of linear equations, each row the coefficients and then the right side, by Gauss's
 * elimination with the largest pivot. An unknown that nothing depends on is 0.
 */
function solve(rows: number[][]): number[] {
  const count = rows.length;
  for (let column = 0; column < count; column++) {
    const pivot = largestPivot(rows, column);
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const row = rows[column] as number[];
    for (const below of rows.slice(column + 1)) {
      const factor = quotient(at(below, column), at(row, column));
      for (let i = column; i <= count; i++) below[i] = at(below, i) - factor * at(row, i);
    }
  }
  const solution: number[] = rows.map(() => 0);
  for (let row = count - 1; row >= 0; row--) {
    const known = rows[row] as number[];
    let right = at(known, count);
    for (let i = row + 1; i < count; i++) right -= at(known, i) * at(solution, i);
    solution[row] = quotient(right, at(known, row));
  }
  return solution;
}

function largestPivot(rows: readonly number[][], column: number): number {
  let best = column;
  for (let row = column + 1; row < rows.length; row++) {
    if (Math.abs(at(rows[row], column)) > Math.abs(at(rows[best], column))) best = row;
  }
  return best;
}

function quotient(above: number, below: number): number {
  return below === 0 ? 0 : above / below;
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function at(row: readonly number[] | undefined, index: number): number {
  return row?.[index] ?? 0;
}
