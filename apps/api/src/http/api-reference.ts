import swaggerUi from "swagger-ui-express";

/** Swagger UI's own colours are too faint for small text, and its header only names Swagger. */
const css = `
.swagger-ui .topbar, .swagger-ui .response-col_links { display: none }
.swagger-ui .info { margin: 24px 0 }
.swagger-ui .info a, .swagger-ui a.link { color: #1f4f99 }
.swagger-ui .info .title small { background: #4a5160 !important }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1f5fa8 }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #17683c }
.swagger-ui .parameter__in,
.swagger-ui .json-schema-2020-12-expand-deep-button,
.swagger-ui .json-schema-2020-12__attribute--muted,
.swagger-ui .json-schema-2020-12-keyword__name--secondary,
.swagger-ui .json-schema-2020-12-keyword__value--secondary { color: #4a5160 !important }
.swagger-ui .highlight-code span { color: #ffffff !important }
.swagger-ui .response-col_description .response-control-media-type__accept-message { color: #17683c !important }
`;

interface SwaggerSystem {
  React: { createElement(type: unknown, props: object | null, ...children: unknown[]): unknown };
}

/** A plugin of Swagger UI, sent to the browser as text: puts the introduction into a landmark. */
const withBanner = () => ({
  wrapComponents: {
    InfoContainer:
      (Original: unknown, { React }: SwaggerSystem) =>
      (props: object) =>
        React.createElement("div", { role: "banner" }, React.createElement(Original, props)),
  },
});

/**
 * The page of the API's reference.
 *
 * Swagger UI has no viewport, so that a phone would show it as wide as a desk; with deep links it puts a link into each
 * button; and its introduction is no landmark for a screen reader.
 */
export function apiReference(document: object): string {
  const { info, ...rest } = document as { info: { description: string } };
  const description = `${info.description}\n\n[Shop](/) · [Lab](/lab) · [This description as JSON](/api/openapi.json)\n\n## Calls`;
  return swaggerUi
    .generateHTML(
      { ...rest, info: { ...info, description } },
      {
        customCss: css,
        customSiteTitle: "Last Unit: API",
        swaggerOptions: { deepLinking: false, plugins: [withBanner] },
      },
    )
    .replace("<head>", '<head>\n<meta name="viewport" content="width=device-width, initial-scale=1">');
}
