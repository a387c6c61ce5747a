/** How a request is written in a contract: its parameters and its result. */

export interface Call<P, R> {
  params: P;
  result: R;
}
