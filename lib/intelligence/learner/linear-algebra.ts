/** Square matrices are rows one after the other in a Float64Array. */

export function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += (one[i] ?? 0) * (other[i] ?? 0);
  return sum;
}

export function timesVector(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const product = new Float64Array(size);
  for (let row = 0; row < size; row += 1) {
    let sum = 0;
    for (let column = 0; column < size; column += 1) sum += (matrix[row * size + column] ?? 0) * (vector[column] ?? 0);
    product[row] = sum;
  }
  return product;
}

/** `matrix -= scale · v vᵀ`, in place. */
export function subtractOuter(matrix: Float64Array, vector: Float64Array, scale: number): void {
  const size = vector.length;
  for (let row = 0; row < size; row += 1) {
    const factor = scale * (vector[row] ?? 0);
    if (factor === 0) continue;
    for (let column = 0; column < size; column += 1) {
      const at = row * size + column;
      matrix[at] = (matrix[at] ?? 0) - factor * (vector[column] ?? 0);
    }
  }
}

/** Lower triangle L with L Lᵀ = matrix. A pivot that rounding has made negative counts as almost nothing. */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row * size + column] ?? 0;
      for (let k = 0; k < column; k += 1) sum -= (lower[row * size + k] ?? 0) * (lower[column * size + k] ?? 0);
      const at = row * size + column;
      if (row === column) lower[at] = Math.sqrt(Math.max(sum, 1e-12));
      else lower[at] = sum / (lower[column * size + column] ?? 1);
    }
  }
  return lower;
}

/** Lower triangle times vector. */
export function timesLower(lower: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const product = new Float64Array(size);
  for (let row = 0; row < size; row += 1) {
    let sum = 0;
    for (let column = 0; column <= row; column += 1) sum += (lower[row * size + column] ?? 0) * (vector[column] ?? 0);
    product[row] = sum;
  }
  return product;
}

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
