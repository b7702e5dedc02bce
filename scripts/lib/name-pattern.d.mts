export declare function namePattern(name: string): string;
