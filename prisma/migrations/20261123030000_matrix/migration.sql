CREATE TABLE "matrix_cells" (
    "build" TEXT NOT NULL,
    "scenario" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "sentence" TEXT NOT NULL,
    "took_ms" DOUBLE PRECISION,
    "measured_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "matrix_cells_pkey" PRIMARY KEY ("build","scenario","strategy")
);
