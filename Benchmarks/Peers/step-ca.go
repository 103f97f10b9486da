// The program step-ca from Debian's sources of its packages: its own main file is not among them. Only what `start` does; keys are files.
package main

import (
	"fmt"
	"os"

	"github.com/smallstep/certificates/commands"
	"github.com/urfave/cli"

	_ "github.com/smallstep/certificates/kms/softkms"
)

func main() {
	app := cli.NewApp()
	app.Name = "step-ca"
	app.Action = func(ctx *cli.Context) error { return commands.AppCommand.Action.(func(*cli.Context) error)(ctx) }
	app.Flags = commands.AppCommand.Flags
	if err := app.Run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
