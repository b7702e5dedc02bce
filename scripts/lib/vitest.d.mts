export declare function runVitest(
  args: string[],
  options: { scratch: string; reporter?: string },
): Promise<{ passed: number; failed: number }>;
