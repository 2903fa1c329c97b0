#include "cli/commands.h"

int main(int argc, char** argv) { return hpopt::run_cli(argc, argv); }
