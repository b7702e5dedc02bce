import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";

/** Follows the system until it is clicked; then it remembers. */
export function ColourSchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon variant="default" size="lg" aria-label={`Use ${other} colours`} onClick={() => setColorScheme(other)}>
      <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
        <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" strokeWidth="2" />
        <path d={scheme === "dark" ? "M12 4a8 8 0 0 0 0 16z" : "M12 4a8 8 0 0 1 0 16z"} fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
