import express from "express";

// The ceiling that an Express application in this many processes cannot pass: parse a body, send it back.
const app = express();
app.post("/echo", express.json(), (request, response) => {
  response.json(request.body);
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : undefined);
});
process.once("disconnect", () => process.exit());
