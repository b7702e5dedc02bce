export const checkout = () => new Promise<never>(() => {});
