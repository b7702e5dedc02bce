import {
  Alert,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  NumberInput,
  Slider,
} from "@mantine/core";

const every = (value: string) => Array.from({ length: 10 }, () => value) as unknown as MantineColorsTuple;

/** Paper and ink: the colours are CSS variables (palette.css), so that both schemes are palettes of their own. */
export const theme = createTheme({
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  headings: { fontFamily: '"Inter Variable", system-ui, sans-serif', fontWeight: "750" },
  primaryColor: "ink",
  colors: { ink: every("var(--ink)"), red: every("var(--red)"), green: every("var(--green)") },
  defaultRadius: "md",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: "md" },
      vars: (_theme, { variant }) => ({
        root:
          variant === "default" || variant === "subtle"
            ? {}
            : {
                "--button-bg": "var(--ink)",
                "--button-hover": "var(--ink-soft)",
                "--button-color": "var(--paper)",
                "--button-bd": "1px solid transparent",
              },
      }),
    }),
    Alert: Alert.extend({ defaultProps: { variant: "outline" } }),
    Input: Input.extend({ defaultProps: { size: "md" } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: "md" } }),
    Slider: Slider.extend({ defaultProps: { size: 4, thumbSize: 20 } }),
  },
});

const shared = {
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-bright": "var(--ink)",
  "--mantine-color-dimmed": "var(--muted)",
  "--mantine-color-error": "var(--red)",
  "--mantine-color-anchor": "var(--ink)",
  "--mantine-color-placeholder": "var(--muted)",
  "--mantine-color-default": "var(--sheet)",
  "--mantine-color-default-hover": "var(--well)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-disabled": "var(--well)",
  "--mantine-color-disabled-color": "var(--muted)",
  "--mantine-color-disabled-border": "var(--line)",
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
